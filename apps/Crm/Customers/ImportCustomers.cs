using Palisade.Access;
using Palisade.Audit;
using Palisade.Configuration;
using Palisade.Hardening;
using Palisade.Storage;
using Palisade.Validation;

namespace Palisade.Crm.Customers;

/// <summary>What became of the file.</summary>
internal sealed record ImportResult(int Rows, int Imported, IReadOnlyList<RejectedRow> Rejected);

/// <summary><c>POST /api/customers/import?import=ID</c>: a CSV file, as <c>text/csv</c> or as the multipart part <c>file</c>.</summary>
/// <remarks>
/// 1. The whole file is read and judged, record by record, before anything is written.
/// 2. All good records are written in one transaction, with the event: after a crash, all of them are there or none is.
/// 3. Its progress is written outside that transaction, for whoever watches <c>/imports/{id}</c>; losing it loses nothing.
/// </remarks>
internal sealed class ImportCustomers(PalisadeDatabase database, PalisadeSettings settings, TimeProvider clock)
{
    private const int Chunk = 500;

    internal static async Task<IResult> HandleAsync(HttpContext context, ImportCustomers slice, CancellationToken cancellationToken)
    {
        var query = new QueryReader(context.Request.Query);
        var id = query.Id("import");
        query.ThrowIfRefused();
        var file = CustomerFile.Read(await FileOfAsync(context.Request, cancellationToken));
        return Results.Ok(await slice.RunAsync(context, id, file, cancellationToken));
    }

    private async Task<ImportResult> RunAsync(HttpContext context, Guid? id, CustomerFile file, CancellationToken cancellationToken)
    {
        var (caller, facts, now) = (context.RequireCaller(), context.Facts(), clock.GetUtcNow());
        var progress = new ImportProgress(database, caller, facts, id ?? Guid.CreateVersion7(now), clock);
        await progress.BeginAsync(file.Good.Count, cancellationToken);
        await using var work = await database.BeginReportAsync(caller.Tenant, facts, cancellationToken);
        var rejected = file.Rejected.ToList();
        var done = 0;
        foreach (var chunk in file.Good.Chunk(Chunk))
        {
            var taken = await CustomerInsert.RunAsync(work, [.. chunk.Select(row => row.Fields.ToCustomer(caller, settings.DefaultCountry, now))], cancellationToken);
            rejected.AddRange(chunk.Where((_, index) => taken[index]).Select(row => new RejectedRow(row.Line, "email", "already_exists")));
            await progress.ReportAsync(done += chunk.Length, cancellationToken);
        }

        var imported = file.Rows - rejected.Select(row => row.Line).Distinct().Count();
        await work.RecordAsync(
            new SecurityEvent(CrmEvents.CustomersImported)
            {
                Details = new Dictionary<string, object?> { ["rows"] = file.Rows, ["imported"] = imported, ["rejected"] = file.Rows - imported },
            }.On("import", progress.Id),
            cancellationToken);
        await work.CommitAsync(cancellationToken);
        await progress.EndAsync(imported, file.Rows - imported, cancellationToken);
        return new ImportResult(file.Rows, imported, [.. rejected.OrderBy(row => row.Line)]);
    }

    private static async Task<ReadOnlyMemory<byte>> FileOfAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        if (request.HasFormContentType)
        {
            return (await FormOfAsync(request, cancellationToken)).Files.GetFile("file") is { } part
                ? await ReadAsync(part.OpenReadStream(), cancellationToken)
                : throw new InvalidRequestException([new FieldError("file", "required", "Send the file as the part named file.")]);
        }

        return request.ContentType?.Split(';')[0].Trim().Equals("text/csv", StringComparison.OrdinalIgnoreCase) is true
            ? await ReadAsync(request.Body, cancellationToken)
            : throw new ProblemException(Problem.UnsupportedMediaType);
    }

    private static async Task<IFormCollection> FormOfAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        try
        {
            return await request.ReadFormAsync(cancellationToken);
        }
        catch (IOException exception) when (exception is not BadHttpRequestException)
        {
            throw new ProblemException(Problem.MalformedRequest); // the last boundary never came
        }
    }

    // The size limit of the endpoint bounds what this may hold.
    private static async Task<ReadOnlyMemory<byte>> ReadAsync(Stream stream, CancellationToken cancellationToken)
    {
        using var bytes = new MemoryStream();
        await stream.CopyToAsync(bytes, cancellationToken);
        return bytes.GetBuffer().AsMemory(0, (int)bytes.Length);
    }
}
