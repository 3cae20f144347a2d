import MLflow
import Support

/// Brings to the registry's webhooks what they are to be told.
struct WebhookPost {
    let courier: WebhookCourier

    /// Looks once a second, until it is cancelled.
    func run() async {
        while (try? await Task.sleep(for: .seconds(1))) != nil {
            do { try await courier.deliver().forEach { Console.standard.note($0) } } catch {
                Console.standard.note("Webhooks could not be told. \(error)")
            }
        }
    }
}
