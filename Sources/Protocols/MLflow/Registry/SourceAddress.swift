internal import Foundation

/// An address in its parts.
struct SourceAddress {
    /// Which version of a model an address means.
    enum Selector: Equatable {
        case number(Int)
        case newest
        case stage(String)
        case alias(String)
    }

    /// What stands before the colon; empty for a path.
    let scheme: String
    /// Whether it names a machine, as `s3://bucket/…` does.
    let hasMachine: Bool
    /// What stands behind, without slashes at its start.
    let path: String

    init(_ text: String) {
        let isScheme = { (text: Substring) in
            text.count > 1 && text.first?.isLetter == true && text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "+-.".contains($0)) }
        }
        var rest = text[...]
        if let colon = text.firstIndex(of: ":"), isScheme(text[..<colon]) {
            scheme = text[..<colon].lowercased()
            rest = text[text.index(after: colon)...]
        } else {
            scheme = ""
        }
        hasMachine = rest.hasPrefix("//") && !rest.hasPrefix("///") && rest.count > 2
        path = String(rest.drop { $0 == "/" })
    }

    /// Whether it is a path of this machine.
    var isLocal: Bool { scheme.isEmpty || scheme == "file" }

    /// Whether it leads to artifacts that are kept here.
    var isKeptHere: Bool {
        scheme == "mlflow-artifacts"
            || (scheme == "http" || scheme == "https") && SourceAddress.unescaped(path).contains("/mlflow-artifacts/artifacts/")
    }

    /// The version of a registered model that `models:/name/1`, `models:/name/stage` and `models:/name@alias` mean; nil for a logged model.
    var version: (name: String, selector: Selector)? {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        if parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty {
            if let number = Int(parts[1]) { return (parts[0], .number(number)) }
            return (parts[0], parts[1].lowercased() == "latest" ? .newest : .stage(parts[1]))
        }
        guard parts.count == 1, let at = path.lastIndex(of: "@"), at > path.startIndex, path.index(after: at) < path.endIndex else { return nil }
        return (String(path[..<at]), .alias(String(path[path.index(after: at)...])))
    }

    /// Whether it is that of a folder, or of something in it.
    func isWithin(_ root: SourceAddress) -> Bool {
        guard scheme == root.scheme || isLocal && root.isLocal, hasMachine == root.hasMachine, !root.parts.isEmpty else { return false }
        return !parts.contains("..") && parts.starts(with: root.parts)
    }

    private var parts: [String] { path.split(separator: "/").map { SourceAddress.unescaped(String($0)) }.filter { $0 != "." } }

    /// Refuses what could lead out of where it seems to lead, however often it is escaped.
    func requirePlain(_ source: String) throws(MLflowError) {
        let plain = SourceAddress.unescaped(path)
        let parts = plain.split(separator: "/", omittingEmptySubsequences: false)
        let isPlain = !parts.contains("..") && !parts.contains(".") && !plain.contains("\0")
        let inner = parts.drop { $0.isEmpty }
        guard isPlain, inner.dropLast(inner.last?.isEmpty == true ? 1 : 0).allSatisfy({ !$0.isEmpty }) || hasMachine else {
            throw .invalid(
                "Invalid model version source: '\(source.prefix(1000))'. If supplying a source as an http, https, local file path, ftp, objectstore, or mlflow-artifacts uri, an absolute path must be provided without relative path references present. Please provide an absolute path."
            )
        }
    }

    /// The text without escapes, also those of escapes.
    private static func unescaped(_ text: String) -> String {
        var text = text
        for _ in 0..<8 {
            guard text.contains("%"), let next = text.removingPercentEncoding, next != text else { return text }
            text = next
        }
        return text
    }
}
