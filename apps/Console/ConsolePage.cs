using Microsoft.AspNetCore.Http;

namespace Palisade.Console;

/// <summary>A page of the console.</summary>
/// <param name="Path">Where it is. May end in <c>{id:guid}</c>, for a page of one thing.</param>
/// <param name="Title">What the browser's tab says.</param>
/// <param name="Script">Its module, beside the others in <c>wwwroot</c>.</param>
/// <param name="Body">The component that renders it.</param>
public sealed record ConsolePage(string Path, string Title, string Script, Type Body)
{
    private const string Id = "{id:guid}";

    /// <summary>Whether it is for people who are not signed in yet: a page without the menu.</summary>
    public bool IsDoor { get; init; }

    /// <summary>Permissions of which one is enough to make sense of it. None named: any signed-in caller.</summary>
    public IReadOnlyList<string> AnyOf { get; init; } = [];

    /// <summary>Its word in the menu, or <see langword="null"/> when it is reached from another page.</summary>
    public string? MenuWord { get; init; }

    /// <summary>The status it is answered with.</summary>
    public int Status { get; init; } = StatusCodes.Status200OK;

    /// <summary>Its address; for a page of one thing, of the thing with this id.</summary>
    public string AddressOf(Guid id) => Path.Replace(Id, id.ToString(), StringComparison.Ordinal);

    /// <summary>Whether this is its address, to the letter.</summary>
    public bool IsAt(string address)
    {
        ArgumentNullException.ThrowIfNull(address);
        _ = Guid.TryParse(address.Split('/')[^1], out var id);
        return address == AddressOf(id);
    }

    /// <summary>Whether somebody with these permissions has any use for it.</summary>
    public bool IsFor(IReadOnlySet<string> permissions) => AnyOf.Count == 0 || AnyOf.Any(permissions.Contains);
}
