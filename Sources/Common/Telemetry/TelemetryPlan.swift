package import Settings
package import Support

/// What is told of each request: `serving: {access: FILE, traces: {to: http://127.0.0.1:4318, share: 1%}}`.
package struct TelemetryPlan: Sendable, Equatable {
    /// The file of the access log, `-` for standard output; nil for none.
    package var access: String?
    package var traces: TracesPlan?

    package init() {}

    /// - Parameters: the keys `access` and `traces` of the section `serving`.
    /// - Throws: `invalidInput` with line and column.
    package init(access: SettingsNode?, traces: SettingsNode?) throws(MartletError) {
        self.access = try access?.string()
        if let access, self.access?.isEmpty == true { throw access.failure("Name a file for the access log, or - for standard output.") }
        self.traces = try traces.map { node throws(MartletError) in try TracesPlan(node) }
    }

    /// Whether anything is told.
    package var isOn: Bool { access != nil || traces != nil }
}

/// Where spans are sent, and of how many requests.
package struct TracesPlan: Sendable, Equatable {
    /// The address of a receiver of OTLP over HTTP; `/v1/traces` is added where it names no path.
    package var to: String
    /// Of the requests that come without a decision of their own, from 0 to 1.
    package var share: Double
    /// Whether it may be on this machine or in a private network.
    package var allowsPrivate: Bool

    package init(to: String, share: Double = 0.01, allowsPrivate: Bool = false) {
        self.to = to
        self.share = share
        self.allowsPrivate = allowsPrivate
    }

    init(_ node: SettingsNode) throws(MartletError) {
        _ = try node.mapping(keys: ["to", "share", "private"])
        let address = try node.required("to")
        to = try address.string()
        guard to.hasPrefix("http://") || to.hasPrefix("https://") else {
            throw address.failure("“\(to)” is no address. Name the receiver of OTLP over HTTP: http://127.0.0.1:4318.")
        }
        share = try node["share"].map { node throws(MartletError) in try TracesPlan.share(node) } ?? 0.01
        allowsPrivate = try node["private"]?.bool() ?? false
    }

    /// The address that spans are posted to.
    package var address: String {
        let rest = to.drop { $0 != ":" }.dropFirst(3)
        guard let slash = rest.firstIndex(of: "/") else { return "\(to)/v1/traces" }
        return rest[slash...] == "/" ? "\(to)v1/traces" : to
    }

    private static func share(_ node: SettingsNode) throws(MartletError) -> Double {
        let text = try node.string()
        let isPercent = text.hasSuffix("%")
        let digits = isPercent ? text.dropLast().filter { $0 != " " } : text
        guard let number = Double(digits), number >= 0, number <= (isPercent ? 100 : 1) else {
            throw node.failure("“\(text)” is no share. Write 1% or 0.01: at most all.")
        }
        return isPercent ? number / 100 : number
    }
}
