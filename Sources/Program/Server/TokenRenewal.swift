import Secrets
import Support

/// Keeps the token for Vault alive while a server runs, also where nothing is read with it for a while.
struct TokenRenewal {
    let session: VaultSession

    /// Looks every ten seconds, until it is cancelled. What fails is tried again; it is told once, until it succeeds.
    func run() async {
        var isTold = false
        while (try? await Task.sleep(for: .seconds(10))) != nil {
            do {
                try await session.renewIfDue()
                isTold = false
            } catch {
                if !isTold { Console.standard.note("The token for Vault could not be renewed. \(error)") }
                isTold = true
            }
        }
    }
}
