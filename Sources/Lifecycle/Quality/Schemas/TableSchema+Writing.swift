extension TableSchema {
    /// The schema in text format. What was read over is not in it.
    package var text: String { message.pretty(.named("Schema")) }

    /// The serialised message.
    package var bytes: [UInt8] { message.bytes(.named("Schema")) }

    var message: Message {
        var schema = Message()
        for feature in features { schema.add("feature", feature.message) }
        for domain in domains {
            var message = Message()
            message.add("name", domain.name)
            for value in domain.values { message.add("value", value) }
            schema.add("string_domain", message)
        }
        for environment in environments { schema.add("default_environment", environment) }
        schema.add("dataset_constraints", constraints)
        return schema
    }

    private var constraints: Message? {
        var message = Message()
        message.add("num_examples_drift_comparator", examplesByPrevious.map(Self.fractions))
        message.add("num_examples_version_comparator", examplesByVersion.map(Self.fractions))
        message.add("min_examples_count", examples.least)
        message.add("max_examples_count", examples.most)
        return message.entries.isEmpty ? nil : message
    }

    private static func fractions(_ bounds: Bounds<Double>) -> Message {
        var message = Message()
        message.add("min_fraction_threshold", bounds.least)
        message.add("max_fraction_threshold", bounds.most)
        return message
    }

    static func whole(_ bounds: Bounds<Int>) -> Message {
        var message = Message()
        message.add("min", bounds.least)
        message.add("max", bounds.most)
        return message
    }
}

extension SchemaFeature {
    var message: Message {
        var feature = Message()
        feature.add("name", name)
        if let kind { feature.add("type", .word(kind.rawValue)) }
        if isRetired { feature.add("lifecycle_stage", .word("DEPRECATED")) }
        feature.add("presence", presence.map(Self.message))
        feature.add("value_count", valueCount.map(TableSchema.whole))
        feature.add("shape", shape.map(Self.message))
        add(domain, to: &feature)
        if let minimumDomainMass { feature.add("distribution_constraints", Self.single("min_domain_mass", minimumDomainMass)) }
        feature.add("unique_constraints", unique.map(TableSchema.whole))
        feature.add("skew_comparator", skew?.message)
        feature.add("drift_comparator", drift?.message)
        for environment in notInEnvironments { feature.add("not_in_environment", environment) }
        for environment in inEnvironments { feature.add("in_environment", environment) }
        return feature
    }

    private func add(_ domain: Domain?, to feature: inout Message) {
        var message = Message()
        switch domain {
        case .named(let name): feature.add("domain", name)
        case .strings(let values):
            for value in values { message.add("value", value) }
            feature.add("string_domain", message)
        case .ints(let bounds): feature.add("int_domain", TableSchema.whole(bounds))
        case .floats(let bounds, let disallowsNaN, let disallowsInfinity):
            message.add("min", bounds.least)
            message.add("max", bounds.most)
            if disallowsNaN { message.add("disallow_nan", .flag(true)) }
            if disallowsInfinity { message.add("disallow_inf", .flag(true)) }
            feature.add("float_domain", message)
        case .bools(let trueValue, let falseValue):
            message.add("true_value", trueValue)
            message.add("false_value", falseValue)
            feature.add("bool_domain", message)
        case .other, nil: break
        }
    }

    private static func message(_ presence: Presence) -> Message {
        var message = Message()
        message.add("min_fraction", presence.fraction)
        message.add("min_count", presence.least)
        return message
    }

    private static func message(_ shape: [Int]) -> Message {
        var message = Message()
        for size in shape {
            var dimension = Message()
            dimension.add("size", size)
            message.add("dim", dimension)
        }
        return message
    }

    static func single(_ name: String, _ number: Double) -> Message {
        var message = Message()
        message.add(name, number)
        return message
    }
}

extension SchemaFeature.Comparator {
    var message: Message {
        var message = Message()
        message.add("infinity_norm", infinityNorm.map { SchemaFeature.single("threshold", $0) })
        message.add("normalized_abs_difference", normalizedDifference.map { SchemaFeature.single("threshold", $0) })
        message.add("jensen_shannon_divergence", jensenShannon.map(divergence))
        return message
    }

    private func divergence(_ threshold: Double) -> Message {
        var message = SchemaFeature.single("threshold", threshold)
        guard byQuantiles else { return message }
        var source = Message()
        source.add("type", .word("QUANTILES"))
        message.add("source", source)
        return message
    }
}
