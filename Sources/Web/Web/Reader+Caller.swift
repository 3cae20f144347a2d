import Access
import Pages

extension Reader {
    /// Whoever asks, as the header of a page says it.
    init(_ caller: Caller) {
        let standing: Standing =
            switch caller.proof {
            case .session: .signedIn(caller.name)
            case .loopback: caller.roles.isEmpty ? .stranger : .open
            case .folder, .token, .password, .provider: .recognised(caller.name)
            }
        self.init(
            standing, readsAudit: caller.permissions.contains(.auditRead), hasTokens: caller.permissions.contains(.tokenOwn))
    }
}
