package import Access
package import Pages
package import Support

/// A password that was sent along with what it signs, and where from.
package struct PasswordProof: Sendable {
    package var password: String
    package var address: String

    package init(password: String, address: String) {
        self.password = password
        self.address = address
    }
}

/// Where a browser goes to prove who it is, and the secret that ties the answer to it.
package struct ProviderVisit: Sendable {
    package var provider: ProviderView
    package var address: String
    package var browser: String

    package init(provider: ProviderView, address: String, browser: String) {
        self.provider = provider
        self.address = address
        self.browser = browser
    }
}

/// What a provider sent a browser back with.
package struct ProviderAnswer: Sendable {
    package var provider: String
    package var fields: [(name: String, value: String)]
    /// The secret in the browser's cookie.
    package var browser: String?
    /// Where the request came from.
    package var address: String

    package init(provider: String, fields: [(name: String, value: String)], browser: String?, address: String) {
        self.provider = provider
        self.fields = fields
        self.browser = browser
        self.address = address
    }
}

/// What came of a visit at a provider.
package enum ProviderOutcome: Sendable, Equatable {
    /// A session began, with the secret for its cookie; the browser goes on to a page of this server.
    case session(String, next: String)
    /// An answer to a request for approval was signed.
    case signed
}

/// Tells the figures of the last minutes each time it is called; holds a listener's place for as long as it lives.
package typealias LiveFigures = @Sendable () async throws -> LiveView

/// The project behind the pages. Every method throws a `MartletError` that says what is wrong and what to do.
package protocol ProjectSource: Sendable {
    /// The project's name.
    var project: String { get }

    /// Its experiments and their runs.
    var tracking: any TrackingSource { get }

    /// Whether browsers reach the server by TLS, so that cookies may be kept to it.
    var isSecure: Bool { get }

    /// Begins a session of the pages.
    /// - Returns: the secret for the cookie.
    /// - Throws: `unauthenticated`, `tooManyAttempts`.
    func signIn(name: String, password: String, from address: String) async throws -> String

    /// The identity providers that people sign in by.
    var providers: [ProviderView] { get }

    /// Begins signing in by a provider.
    /// - Parameter next: the page of this server to go on to.
    /// - Throws: `notFound` where there is no such provider; `unavailable` where it does not answer.
    func beginSignIn(with provider: String, next: String, from address: String) async throws -> ProviderVisit

    /// Begins signing an answer to a request for approval, for which the caller proves anew at a provider who they are.
    /// - Throws: as `beginSignIn`.
    func beginAnswer(
        _ request: Int, approves: Bool, reason: String, with provider: String, from address: String, by caller: Caller
    ) async throws -> ProviderVisit

    /// Takes what a provider sent a browser back with.
    /// - Throws: `unauthenticated`, `permissionDenied`, `unavailable`, `tooManyAttempts`; `refused` where a signature was not taken.
    func finishVisit(_ answer: ProviderAnswer) async throws -> ProviderOutcome

    /// Ends a session.
    func signOut(_ secret: String) async throws

    /// - Parameter moment: shows it as it was then, as a person typed it: a time, a date, or how far back; the present where it is nil.
    /// - Throws: `usage` for what is no moment.
    func home(asOf moment: String?) async throws -> HomeView

    func endpoints() async throws -> [EndpointSummaryView]

    /// - Parameter caller: who sees the newest predictions; recorded.
    /// - Throws: `notFound` with the nearest name.
    func endpoint(_ name: String, by caller: Caller) async throws -> EndpointView

    /// What tells the figures of an endpoint's last minutes.
    /// - Throws: `notFound`; `unavailable` where too many listen already.
    func live(_ endpoint: String) throws(MartletError) -> LiveFigures

    /// The logged predictions that fit, newest first; recorded.
    /// - Throws: `notFound` with the nearest name; `usage` for what cannot be looked for.
    func predictions(_ request: PredictionsRequest, by caller: Caller) async throws -> PredictionsView

    /// The incidents, the open ones first.
    func incidents() async throws -> [IncidentView]

    /// - Throws: `notFound`.
    func incident(_ id: Int) async throws -> IncidentDetailView

    /// Notes in a caller's name that they look after an incident.
    func acknowledge(incident id: Int, reason: String, by caller: Caller) async throws

    /// Closes an incident in a caller's name.
    func close(incident id: Int, reason: String, by caller: Caller) async throws

    /// - Parameter prediction: the bare ID, as a person typed it.
    /// - Throws: `notFound`, or `invalidInput` for what is no ID.
    func why(_ prediction: String, by caller: Caller) async throws -> WhyView

    /// What waits for approval, and what was answered, as the caller sees it.
    func approvals(for caller: Caller) async throws -> ApprovalsView

    /// Signs a request for approval.
    /// - Throws: `unauthenticated` for a wrong password; `refused` with what is against it.
    func answerApproval(_ request: Int, approves: Bool, reason: String, proof: PasswordProof, by caller: Caller) async throws

    func datasets() async throws -> [DatasetSummaryView]

    /// A version of a dataset with its profile and how its expectations turned out.
    /// - Parameter text: `loans@v3`, or `loans` for the newest version.
    /// - Throws: `notFound` with what there is.
    func dataset(_ text: String) async throws -> DatasetVersionView

    /// Rows of a version of a dataset as points.
    /// - Throws: `notFound` for a version or a column that is not there.
    func scatter(_ request: ScatterRequest) async throws -> ScatterView

    /// How far the columns of one version of a dataset lie from those of another.
    /// - Throws: `notFound`; `invalidInput` where they have no column in common.
    func comparison(of pair: DatasetPair) async throws -> DatasetComparisonView

    func models() async throws -> [ModelSummaryView]

    /// The versions of a model and the moves of its aliases.
    /// - Throws: `notFound` with the nearest name.
    func history(of model: String) async throws -> ModelHistoryView

    /// A part of the record.
    /// - Throws: `usage` for what is no moment or number.
    func audit(_ filter: AuditFilter) async throws -> AuditView

    /// The caller's tokens; everybody's for whoever manages access.
    func tokens(for caller: Caller) async throws -> TokensView

    /// Makes a token for a caller who is signed in.
    /// - Returns: the secret, which is shown once.
    /// - Throws: `permissionDenied` for anybody else, and for more than the caller may do; `usage`, `alreadyExists`, `tooManyAttempts`.
    func makeToken(_ request: TokenRequest, by caller: Caller) async throws -> String

    /// Revokes a token of the caller's; anybody's for whoever manages access.
    /// - Throws: `permissionDenied`, `notFound`, `conflict`.
    func revokeToken(_ name: String, by caller: Caller) async throws

    /// Runs a command line that only reads, without the program's name, and returns what it printed (`output`) and its `exit_code`.
    /// - Parameter signature: the caller's password, for a command that is a signature.
    /// - Throws: `usage` for a command that does more than read.
    func command(_ arguments: [String], usesColour: Bool, signature: PasswordProof?, by caller: Caller) async throws -> JSONValue

    /// Answers a request of the Open Inference Protocol, as `POST /v2/models/ENDPOINT/infer` does; the answer is logged like any other.
    func infer(_ endpoint: String, _ request: JSONValue, by caller: Caller) async throws -> JSONValue
}
