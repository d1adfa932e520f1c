namespace Palisade.Crm.Tests.Journeys;

/// <summary>Journeys run alone, one after the other: what a person sees in time is not measured beside an attack on two cores.</summary>
[CollectionDefinition(nameof(Browser), DisableParallelization = true)]
public sealed class Browser;
