package import Support

extension TableSchema {
    /// Reads a schema as TensorFlow Data Validation keeps it: in text format (`schema.pbtxt`) or as the serialised message.
    /// - Parameter file: the name to show in errors.
    /// - Throws: `invalidInput`, in text with the line.
    package init(_ bytes: [UInt8], file: String) throws(MartletError) {
        // A serialised schema holds the numbers of its types, which are no characters of a text.
        let isText = bytes.allSatisfy { $0 >= 0x20 || (0x09...0x0D).contains($0) }
        guard isText, let text = String(validating: bytes, as: UTF8.self) else {
            self.init(try MessageByteReader.read(bytes, as: "Schema", file: file))
            return
        }
        self.init(try MessageTextReader.read(text, as: "Schema", file: file))
    }

    /// - Parameter message: of the form `Schema`.
    init(_ message: Message) {
        self.init()
        features = message.messages("feature").map(SchemaFeature.init)
        domains = message.messages("string_domain").map { StringDomain(name: $0.text("name") ?? "", values: $0.texts("value")) }
        environments = message.texts("default_environment")
        unread = message.unread
        read = message
        guard let constraints = message.message("dataset_constraints") else { return }
        examples = Bounds(constraints.whole("min_examples_count"), constraints.whole("max_examples_count"))
        examplesByPrevious = constraints.message("num_examples_drift_comparator").map(Self.fractions)
        examplesByVersion = constraints.message("num_examples_version_comparator").map(Self.fractions)
    }

    private static func fractions(_ message: Message) -> Bounds<Double> {
        Bounds(message.number("min_fraction_threshold"), message.number("max_fraction_threshold"))
    }
}

extension SchemaFeature {
    /// - Parameter message: of the form `Feature`.
    init(_ message: Message) {
        self.init(message.text("name") ?? "", kind: message.word("type").flatMap(Kind.init))
        isRetired =
            message.flag("deprecated")
            || ["PLANNED", "ALPHA", "DEPRECATED", "DEBUG_ONLY", "DISABLED"].contains(message.word("lifecycle_stage") ?? "")
        presence = message.message("presence").map { Presence(fraction: $0.number("min_fraction"), least: $0.whole("min_count")) }
        valueCount = message.message("value_count").map { TableSchema.Bounds($0.whole("min"), $0.whole("max")) }
        let nested = message.message("value_counts")?.messages("value_count") ?? []
        nestedCounts = nested.count
        if nested.count == 1 { valueCount = TableSchema.Bounds(nested[0].whole("min"), nested[0].whole("max")) }
        shape = message.message("shape").map { $0.messages("dim").map { $0.whole("size") ?? 0 } }
        domain = SchemaFeature.domain(message)
        minimumDomainMass = message.message("distribution_constraints").map { $0.number("min_domain_mass") ?? 1 }
        unique = message.message("unique_constraints").map { TableSchema.Bounds($0.whole("min"), $0.whole("max")) }
        skew = message.message("skew_comparator").map(Comparator.init)
        drift = message.message("drift_comparator").map(Comparator.init)
        inEnvironments = message.texts("in_environment")
        notInEnvironments = message.texts("not_in_environment")
        children = message.message("struct_domain")?.messages("feature").map(SchemaFeature.init) ?? []
    }

    private static func domain(_ message: Message) -> Domain? {
        if let name = message.text("domain") { return .named(name) }
        if let domain = message.message("string_domain") { return .strings(domain.texts("value")) }
        if let domain = message.message("int_domain") { return .ints(.init(domain.whole("min"), domain.whole("max"))) }
        if let domain = message.message("float_domain") {
            return .floats(
                .init(domain.number("min"), domain.number("max")), disallowsNaN: domain.flag("disallow_nan"),
                disallowsInfinity: domain.flag("disallow_inf"))
        }
        if let domain = message.message("bool_domain") {
            return .bools(trueValue: domain.text("true_value"), falseValue: domain.text("false_value"))
        }
        return message.entries.first { $0.name.hasSuffix("_domain") }.map { .other($0.name) }
    }
}

extension SchemaFeature.Comparator {
    init(_ message: Message) {
        self.init()
        infinityNorm = message.message("infinity_norm")?.number("threshold")
        normalizedDifference = message.message("normalized_abs_difference")?.number("threshold")
        jensenShannon = message.message("jensen_shannon_divergence")?.number("threshold")
        byQuantiles = message.message("jensen_shannon_divergence")?.message("source")?.word("type") == "QUANTILES"
    }
}
