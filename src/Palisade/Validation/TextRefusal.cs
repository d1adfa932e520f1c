namespace Palisade.Validation;

/// <summary>Why a piece of text is refused.</summary>
public enum TextRefusal
{
    /// <summary>It is not.</summary>
    None,

    /// <summary>Nothing but white space, where something is asked for.</summary>
    Blank,

    /// <summary>Fewer characters than asked for.</summary>
    TooShort,

    /// <summary>More characters than are kept.</summary>
    TooLong,

    /// <summary>Holds a control character or, in one line, a line separator.</summary>
    ControlCharacters,

    /// <summary>Not text: half of a surrogate pair stands alone, so it has no UTF-8 form.</summary>
    BrokenUnicode,
}
