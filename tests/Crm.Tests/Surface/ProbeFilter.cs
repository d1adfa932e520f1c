using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace Palisade.Crm.Tests.Surface;

/// <summary>Answers one path that no endpoint has, behind the product's whole pipeline: a page, or a failure, that the product does not have yet.</summary>
internal sealed class ProbeFilter(string path, RequestDelegate answer) : IStartupFilter
{
    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        next(app);
        app.Map(path, probe => probe.Run(answer));
    };
}
