using Palisade;
using Palisade.Crm;
using Palisade.Crm.Customers;
using Palisade.Crm.Estates;

if (await CrmHost.StartAsync(args) is not { } host)
{
    return 1;
}

await using (host)
{
    var (builder, app) = (host.Builder, host.App);
}

return 0;
