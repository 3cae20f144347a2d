import Support
import Tables

/// Something of a prediction that a filter may name: what the log keeps of each, or one of its inputs. The names are those of the copies in Parquet.
enum LoggedField: Equatable {
    case time, model, version, alias, digest, key, latency, label, score, outlier
    /// The probability of one of several classes.
    case probability(String)
    case input(String)

    /// How values of a field are compared.
    enum Kind: String {
        case number, text, moment, flag
    }

    private static let own: [String: LoggedField] = [
        "time": .time, "model": .model, "version": .version, "alias": .alias, "digest": .digest, "key": .key, "latency_us": .latency, "label": .label,
        "probability": .score, "value": .score, "outlier_score": .outlier,
    ]
    private static let prefixes = (input: "input_", probability: "probability_")

    /// The fields of which every part of the log has some.
    static var ownNames: [String] { own.keys.sorted() }

    /// What a name means in a part of the log; an input that is called like something of ours goes by `input_` and its name.
    /// - Returns: nil where that part has no such thing.
    init?(_ name: String, in schema: SegmentSchema) {
        if let field = LoggedField.own[name.lowercased()] {
            guard LoggedField.fits(name.lowercased(), schema.answer) else { return nil }
            self = field
        } else if schema.columns.contains(where: { $0.name == name }) {
            self = .input(name)
        } else if name.hasPrefix(LoggedField.prefixes.input) {
            let rest = String(name.dropFirst(LoggedField.prefixes.input.count))
            guard LoggedField.own[rest.lowercased()] != nil, schema.columns.contains(where: { $0.name == rest }) else { return nil }
            self = .input(rest)
        } else if name.hasPrefix(LoggedField.prefixes.probability), case .multiclass(let classes) = schema.answer {
            let rest = String(name.dropFirst(LoggedField.prefixes.probability.count))
            guard classes.contains(rest) else { return nil }
            self = .probability(rest)
        } else {
            return nil
        }
    }

    private static func fits(_ name: String, _ answer: Signature.Answer) -> Bool {
        let isRegression = if case .regression = answer { true } else { false }
        return switch name {
        case "value": isRegression
        case "probability", "label": !isRegression
        default: true
        }
    }

    /// How its values are compared in a part of the log.
    func kind(in schema: SegmentSchema) -> Kind {
        switch self {
        case .time: return .moment
        case .model, .alias, .digest, .key, .label: return .text
        case .version, .latency, .score, .outlier, .probability: return .number
        case .input(let name):
            switch schema.columns.first(where: { $0.name == name })?.kind {
            case .text: return .text
            case .timestamp: return .moment
            case .boolean: return .flag
            default: return .number
            }
        }
    }

    /// All names that a part of the log knows.
    static func names(in schema: SegmentSchema) -> [String] {
        ownNames.filter { LoggedField($0, in: schema) != nil }
            + schema.columns.map { own[$0.name.lowercased()] == nil ? $0.name : prefixes.input + $0.name }
    }
}
