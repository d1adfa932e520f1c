using Palisade.Audit;
using static Palisade.Audit.SecurityEvents;

namespace Palisade.Crm;

/// <summary>The CRM's part of the event catalogue.</summary>
public static class CrmEvents
{
    /// <summary>An estate was added.</summary>
    public static readonly SecurityEventType EstateCreated = new("ESTATE_CREATED", ApiActivity, EventSeverity.Informational);

    /// <summary>An estate was changed.</summary>
    public static readonly SecurityEventType EstateUpdated = new("ESTATE_UPDATED", ApiActivity, EventSeverity.Informational);

    /// <summary>An estate was deleted; its row stays, out of sight.</summary>
    public static readonly SecurityEventType EstateDeleted = new("ESTATE_DELETED", ApiActivity, EventSeverity.Low);

    /// <summary>A customer was added.</summary>
    public static readonly SecurityEventType CustomerCreated = new("CUSTOMER_CREATED", ApiActivity, EventSeverity.Informational);

    /// <summary>One customer's record was read.</summary>
    public static readonly SecurityEventType CustomerViewed = new("CUSTOMER_VIEWED", ApiActivity, EventSeverity.Informational);

    /// <summary>A page of customers was read.</summary>
    public static readonly SecurityEventType CustomersListed = new("CUSTOMERS_LISTED", ApiActivity, EventSeverity.Informational);

    /// <summary>A customer was changed.</summary>
    public static readonly SecurityEventType CustomerUpdated = new("CUSTOMER_UPDATED", ApiActivity, EventSeverity.Informational);

    /// <summary>A customer was deleted; the row stays, out of sight, until erased.</summary>
    public static readonly SecurityEventType CustomerDeleted = new("CUSTOMER_DELETED", ApiActivity, EventSeverity.Low);

    /// <summary>A file of customers was imported.</summary>
    public static readonly SecurityEventType CustomersImported = new("CUSTOMERS_IMPORTED", ApiActivity, EventSeverity.Low);
}
