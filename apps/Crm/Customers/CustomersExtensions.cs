using Microsoft.AspNetCore.Mvc;
using Palisade.Access;
using Palisade.Validation;

namespace Palisade.Crm.Customers;

/// <summary>Customers: routes and their permissions.</summary>
internal static class CustomersExtensions
{
    internal static IServiceCollection AddCustomers(this IServiceCollection services) => services.AddSingleton<ImportCustomers>();

    internal static void MapCustomers(this IEndpointRouteBuilder routes)
    {
        var customers = routes.MapGroup("/api/customers").ValidatesRequests();
        customers.MapGet("", ListCustomers.HandleAsync).RequirePermission("customer:read");
        customers.MapPost("", CreateCustomer.HandleAsync).RequirePermission("customer:create");
        customers.MapGet("/{id:guid}", ShowCustomer.HandleAsync).RequirePermission("customer:read");
        customers.MapPatch("/{id:guid}", UpdateCustomer.HandleAsync).RequirePermission("customer:update");
        customers.MapDelete("/{id:guid}", DeleteCustomer.HandleAsync).RequirePermission("customer:delete");
        customers.MapPost("/import", ImportCustomers.HandleAsync).RequirePermission("customer:import")
            .WithMetadata(new RequestSizeLimitAttribute(CustomerFile.LargestFile));
        customers.MapGet("/imports/{id:guid}", ShowImport.HandleAsync).RequirePermission("customer:import");
    }
}
