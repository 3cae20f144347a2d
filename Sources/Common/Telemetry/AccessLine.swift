internal import Foundation
import Support

/// A line of the access log: JSON, in which nothing that a request brings can end a line or do something to a terminal.
struct AccessLine: Sendable {
    let request: EndedRequest
    let findings: RequestNotes.Findings
    let at: Timestamp
    let seconds: Double
    let trace: String?

    /// How much of a text of the caller's is kept, in characters.
    private static let longest = 1000

    var text: String {
        var json: JSONValue = [
            "time": .string(at.description), "protocol": .string(request.kind.rawValue), "address": .string(request.address),
            "who": JSONValue(findings.caller), "method": .string(AccessLine.short(request.method)),
            "path": .string(AccessLine.redacted(request.path)), "status": JSONValue(request.status),
            "bytes": JSONValue(request.bytes), "ms": JSONValue((seconds * 1e6).rounded() / 1e3),
        ]
        if let name = request.callName { json["grpc_status"] = .string(name) }
        if let endpoint = findings.endpoint { json["endpoint"] = .string(endpoint) }
        if let version = findings.version { json["version"] = JSONValue(version) }
        if let rows = findings.rows { json["rows"] = JSONValue(rows) }
        if let prediction = findings.prediction { json["prediction"] = .string(prediction) }
        if let trace { json["trace"] = .string(trace) }
        return AccessLine.harmless(json.compact) + "\n"
    }

    private static func short(_ text: String) -> String { String(text.unicodeScalars.prefix(longest).map(Character.init)) }

    /// A path whose query has its names and no values: they may be of people.
    private static func redacted(_ path: String) -> String {
        guard let mark = path.firstIndex(of: "?") else { return short(path) }
        let names = path[path.index(after: mark)...].split(separator: "&").map { field in
            let name: Substring = field.prefix(while: { $0 != "=" })
            return name.count < field.count ? "\(name)=…" : "…"
        }
        return short("\(path[..<mark])?\(names.joined(separator: "&"))")
    }

    /// JSON escapes the ends of lines; what else a terminal would obey is written as JSON escapes it.
    private static func harmless(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: \.isUnseenCommand) else { return text }
        var out = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            if scalar.isUnseenCommand {
                let digits = String(scalar.value, radix: 16)
                out.append(contentsOf: "\\u\(String(repeating: "0", count: max(0, 4 - digits.count)))\(digits)".unicodeScalars)
            } else {
                out.append(scalar)
            }
        }
        return String(out)
    }
}
