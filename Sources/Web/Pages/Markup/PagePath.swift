/// The addresses of the pages: the one place that knows them.
package enum PagePath {
    package static let home = "/"
    package static let endpoints = "/endpoints"
    package static let incidents = "/incidents"
    package static let why = "/why"
    package static let approvals = "/approvals"
    package static let models = "/models"
    package static let datasets = "/datasets"
    package static let experiments = "/experiments"
    package static let audit = "/audit"
    package static let tokens = "/tokens"
    package static let revokeToken = "/tokens/revoke"
    package static let signIn = "/sign-in"
    package static let signOut = "/sign-out"
    /// Below it lies an address for each identity provider.
    package static let signInWith = "/sign-in/with"
    package static let stylesheet = "/assets/martlet.css"
    package static let script = "/assets/martlet.js"
    package static let logo = "/assets/martlet.svg"
    package static let hashScript = "/assets/hash.js"
    package static let runScript = "/assets/run.js"
    package static let liveScript = "/assets/live.js"
    package static let searchScript = "/assets/search.js"
    package static let comparisonScript = "/assets/comparison.js"
    package static let plotly = "/assets/plotly.js"

    package static func endpoint(_ name: String) -> String { "\(endpoints)/\(segment(name))" }
    package static func predictions(_ endpoint: String) -> String { "\(self.endpoint(endpoint))/predictions" }
    /// Where the figures of the last minutes are told as they come.
    package static func live(_ endpoint: String) -> String { "\(self.endpoint(endpoint))/live" }
    package static func incident(_ id: Int) -> String { "\(incidents)/\(id)" }
    package static func acknowledge(_ incident: Int) -> String { "\(self.incident(incident))/ack" }
    package static func close(_ incident: Int) -> String { "\(self.incident(incident))/close" }
    package static func why(_ prediction: String) -> String { "\(why)/\(segment(prediction))" }

    /// Where signing in by a provider begins.
    package static func signIn(with provider: String, next: String) -> String { "\(signInWith)/\(segment(provider))?next=\(segment(next))" }

    /// Where a provider sends the browser back to.
    package static func callback(_ provider: String) -> String { "\(signInWith)/\(segment(provider))/callback" }

    package static func experiment(_ id: Int) -> String { "\(experiments)/\(id)" }
    /// What a search over the runs of an experiment may name.
    package static func keys(_ experiment: Int) -> String { "\(self.experiment(experiment))/keys" }
    package static func comparison(_ experiment: Int) -> String { "\(self.experiment(experiment))/compare" }
    package static func run(_ id: String, in experiment: Int) -> String { "\(self.experiment(experiment))/runs/\(segment(id))" }
    package static func runEvents(_ id: String, in experiment: Int) -> String { "\(run(id, in: experiment))/events" }
    package static func series(_ metric: String, of run: String, in experiment: Int) -> String {
        "\(self.run(run, in: experiment))/series?metric=\(segment(metric))"
    }
    package static func artifact(_ path: String, of run: String, in experiment: Int) -> String {
        "\(self.run(run, in: experiment))/artifacts?path=\(segment(path))"
    }
    package static func picture(_ path: String, of run: String, in experiment: Int) -> String {
        "\(self.run(run, in: experiment))/picture?path=\(segment(path))"
    }

    /// - Parameter text: the version, as in `loans@v3`; the `@` stays readable.
    package static func scatter(_ dataset: String) -> String { "\(self.dataset(dataset))/scatter" }
    package static func dataset(_ text: String) -> String { "\(datasets)/\(segment(text).replacing("%40", with: "@"))" }
    package static func model(_ name: String) -> String { "\(models)/\(segment(name))" }
    package static func approval(_ request: Int) -> String { "\(approvals)/\(request)" }

    /// A path segment with everything percent-encoded but the unreserved characters of RFC 3986.
    package static func segment(_ text: String) -> String {
        var out = ""
        for byte in text.utf8 {
            let scalar = Unicode.Scalar(byte)
            if scalar.isASCII, scalar.properties.isAlphabetic || (0x30...0x39).contains(byte) || "-._~".unicodeScalars.contains(scalar) {
                out.unicodeScalars.append(scalar)
            } else {
                out += (byte < 16 ? "%0" : "%") + String(byte, radix: 16, uppercase: true)
            }
        }
        return out
    }

    /// The text of a path segment or form value; bytes that are not UTF-8 become replacement characters.
    /// - Parameter plusIsSpace: as in forms.
    package static func decoded(_ segment: some StringProtocol, plusIsSpace: Bool = false) -> String {
        let bytes = Array(segment.utf8)
        var out: [UInt8] = []
        var at = 0
        while at < bytes.count {
            if bytes[at] == UInt8(ascii: "%"), at + 2 < bytes.count, let high = nibble(bytes[at + 1]), let low = nibble(bytes[at + 2]) {
                out.append(high << 4 | low)
                at += 3
            } else {
                out.append(plusIsSpace && bytes[at] == UInt8(ascii: "+") ? 0x20 : bytes[at])
                at += 1
            }
        }
        return String(decoding: out, as: UTF8.self)
    }

    /// The fields of a query or a posted form (`application/x-www-form-urlencoded`), in their order.
    package static func fields(of text: some StringProtocol) -> [(name: String, value: String)] {
        text.split(separator: "&").map { field in
            let parts = field.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            return (decoded(parts[0], plusIsSpace: true), parts.count > 1 ? decoded(parts[1], plusIsSpace: true) : "")
        }
    }

    private static func nibble(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 0x30...0x39: byte - 0x30
        case 0x41...0x46: byte - 0x37
        case 0x61...0x66: byte - 0x57
        default: nil
        }
    }

    /// A link that a view carries, if it stays on this server; so no view can lead elsewhere or run a script.
    package static func local(_ link: String?) -> String? {
        guard let link, link.hasPrefix("/") || link.hasPrefix("#"), !link.hasPrefix("//"), !link.hasPrefix("/\\") else { return nil }
        return link
    }
}
