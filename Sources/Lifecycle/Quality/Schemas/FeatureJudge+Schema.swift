extension FeatureJudge {
    /// Finds what the schema says wrongly about the column, and leaves it out of what is judged.
    /// - Returns: false where there is nothing left to judge.
    mutating func judgeSchema() -> Bool {
        guard judgeMissingType() else { return false }
        judgeBounds()
        judgeDomainType()
        judgeDistribution()
        return true
    }

    private mutating func judgeMissingType() -> Bool {
        guard feature.kind == nil else { return true }
        switch feature.domain {
        case .named, .strings:
            add(.missingType, "No type", "The schema gives no type; by its domain it is BYTES.")
            feature.kind = .bytes
            return true
        default:
            add(.missingType, "No type", "The schema gives no type, so that the column cannot be judged.")
            return false
        }
    }

    private mutating func judgeBounds() {
        if let fraction = feature.presence?.fraction, !(0...1).contains(fraction) {
            add(.invalidSchema, "Wrong share", "presence.min_fraction must lie between 0 and 1, not be \(AnomalyReport.digits(fraction)).")
            feature.presence?.fraction = fraction > 1 ? 1 : nil
        }
        if let least = feature.valueCount?.least, least < 0 {
            add(.invalidSchema, "Wrong number of values", "value_count.min must not be negative.")
            feature.valueCount?.least = nil
        }
        let fewest = feature.valueCount?.least ?? 0
        if let most = feature.valueCount?.most, most < fewest {
            add(.invalidSchema, "Wrong number of values", "value_count.max must not be less than value_count.min.")
            feature.valueCount?.most = fewest
        }
        if feature.shape?.contains(where: { $0 <= 0 }) == true {
            add(.invalidSchema, "Wrong shape", "The sizes of a shape must be above 0.")
            feature.shape = nil
        }
    }

    private mutating func judgeDomainType() {
        guard let domain = feature.domain, let kind = feature.kind else { return }
        if !domain.kinds.contains(kind) {
            add(.invalidDomain, "Domain of another type", "\(domain.field) is not for the type \(kind.rawValue).")
            feature.domain = nil
        } else if case .named(let name) = domain, !validator.schema.domains.contains(where: { $0.name == name }) {
            add(.invalidDomainSpecification, "Unknown domain", "The schema has no string_domain “\(name)”.")
            (feature.domain, feature.minimumDomainMass) = (nil, nil)
        }
    }

    private mutating func judgeDistribution() {
        guard feature.minimumDomainMass != nil else { return }
        switch feature.domain {
        case .named, .strings: return
        case nil: add(.invalidSchema, "Share without a list", "distribution_constraints need a list of texts.")
        case .some(let domain): add(.invalidSchema, "Share without a list", "distribution_constraints are not for \(domain.field).")
        }
        feature.minimumDomainMass = nil
    }
}

extension SchemaFeature.Domain {
    /// The field that it stands in.
    var field: String {
        switch self {
        case .named: "domain"
        case .strings: "string_domain"
        case .ints: "int_domain"
        case .floats: "float_domain"
        case .bools: "bool_domain"
        case .other(let field): field
        }
    }

    /// The types that it is for.
    var kinds: Set<SchemaFeature.Kind> {
        switch self {
        case .named, .strings: [.bytes]
        case .ints: [.int, .bytes]
        case .floats: [.float, .bytes]
        case .bools: [.int, .bytes, .float]
        case .other("struct_domain"): [.structure]
        case .other("image_domain"), .other("mid_domain"), .other("url_domain"): [.bytes]
        case .other("natural_language_domain"), .other("time_domain"): [.int, .bytes]
        case .other: [.bytes, .int, .float, .structure]
        }
    }
}
