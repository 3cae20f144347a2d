import Support

/// The tables and schemas that are judged by both sides.
enum SchemaCases {
    /// What the columns hold: whole numbers, flags, numbers, NaN, texts, numbers as texts, truth values as texts, missing values, nothing, many values.
    static let table = """
        SELECT i - 3 AS whole, i % 2 AS flag, i % 3 AS few, (i - 20) / 8.0 AS real, CASE WHEN i = 7 THEN 'nan'::DOUBLE ELSE i * 1.5 END AS odd,
          CAST(i % 2 AS DOUBLE) AS level, 'k' || i % 4 AS kind, CASE WHEN i = 9 THEN 'rare “x”' ELSE 'often' END AS skewed, '' || i AS digits,
          '' || i / 4.0 AS decimals, CASE WHEN i % 2 = 0 THEN 'true' ELSE 'false' END AS truth,
          CASE WHEN i % 5 > 0 THEN i END AS gappy, CASE WHEN i % 5 > 0 THEN 'g' || i % 3 END AS holes, NULL::VARCHAR AS nothing,
          'many ' || i AS many, 7 AS same
        FROM range(0, 150) t(i)
        """

    /// Another table, of which some columns are shaped otherwise, two are not there and one is text.
    static let other = """
        SELECT i AS whole, i % 2 AS flag, i % 3 AS few, i / 9.0 AS real, i * 1.0 AS odd, 0.0 AS level, 'k' || i % 3 AS kind, 'often' AS skewed,
          '' || i AS digits, 'true' AS truth, i AS gappy, 'g' || i % 2 AS holes, 'many ' || i + 100 AS many, 'x' AS same
        FROM range(0, 90) t(i)
        """

    static let columns = [
        "whole", "flag", "few", "real", "odd", "level", "kind", "skewed", "digits", "decimals", "truth", "gappy", "holes", "nothing", "many", "same",
    ]

    /// A schema that asks the same of every column.
    private static func all(_ body: String, _ rest: String = "") -> String {
        columns.map { "feature { name: \"\($0)\" \(body) }\n" }.joined() + rest
    }

    private static let domains = [
        "", "int_domain { min: 0 max: 10 }", "int_domain { max: -5 }", "int_domain {}", "float_domain { min: 0 max: 3.5 }",
        "float_domain { disallow_nan: true }", "float_domain { max: -1e9 }", "bool_domain {}",
        "bool_domain { true_value: 'true' false_value: 'false' }",
        "string_domain { value: 'often' value: 'k0' value: ['k1', 'k2', \"k3\"] }", "domain: 'shared'",
        "domain: 'nowhere'", "domain: 'nowhere' distribution_constraints { min_domain_mass: 0.5 }",
        "string_domain { value: 'often' } distribution_constraints { min_domain_mass: 0.9 }",
        "domain: 'shared' distribution_constraints { min_domain_mass: 0.6 }", "distribution_constraints { min_domain_mass: 0.6 }",
        "int_domain {} distribution_constraints { min_domain_mass: 0.6 }", "time_domain { string_format: '%Y' }", "url_domain {}",
        "natural_language_domain { vocabulary: 'v' }", "struct_domain { feature { name: 'x' type: INT presence { min_count: 1 } } }",
    ]

    private static let shapes = [
        "presence { min_fraction: 1 }", "presence { min_fraction: 0.8 }", "presence { min_fraction: 0.9 min_count: 140 }",
        "presence { min_count: 0 }",
        "presence { min_fraction: 1.5 }", "presence { min_fraction: -1 }", "value_count { min: 1 max: 1 }", "value_count { min: 2 }",
        "value_count { max: 0 }",
        "value_count { min: 3 max: 2 }", "value_count { min: -1 }", "value_counts { value_count { min: 2 } }",
        "value_counts { value_count { min: 1 } value_count { min: 1 } }", "shape { dim { size: 1 } }", "shape { dim { size: 2 } }",
        "shape { dim { size: 0 } }", "shape {}", "unique_constraints { min: 3 max: 10 }", "unique_constraints { min: 1 max: 1 }", "deprecated: true",
        "lifecycle_stage: DEPRECATED", "lifecycle_stage: PRODUCTION", "lifecycle_stage: PLANNED",
    ]

    private static let comparisons = [
        "infinity_norm { threshold: 0.01 }", "infinity_norm { threshold: 0.3 }", "jensen_shannon_divergence { threshold: 0.001 }",
        "jensen_shannon_divergence { threshold: 0.4 source { type: QUANTILES } }", "normalized_abs_difference { threshold: 0.05 }",
        "infinity_norm {}", "infinity_norm { threshold: 0.2 } jensen_shannon_divergence { threshold: 0.2 }",
    ]

    private static let shared = "string_domain { name: 'shared' value: 'often' value: 'k0' value: 'k1' }"

    private static let wholes = [
        "dataset_constraints { min_examples_count: 200 }", "dataset_constraints { min_examples_count: 1 max_examples_count: 100 }",
        "dataset_constraints { num_examples_drift_comparator { min_fraction_threshold: 2 } }",
        "dataset_constraints { num_examples_drift_comparator { max_fraction_threshold: 1.5 } num_examples_version_comparator { min_fraction_threshold: 0.9 max_fraction_threshold: 1.1 } }",
        "feature { name: 'absent' type: INT presence { min_fraction: 0.5 } }", "feature { name: 'absent' type: INT presence {} }",
        "feature { name: 'a.b (c)' type: INT presence { min_count: 1 } }",
        "feature { name: 's' type: STRUCT struct_domain { feature { name: 'x' type: INT presence { min_count: 1 } } } }",
    ]

    struct Case {
        var schema: String
        var environment: String?
        var isCompared = false
    }

    static var list: [Case] {
        var cases: [Case] = ["INT", "FLOAT", "BYTES"].flatMap { type in domains.map { Case(schema: all("type: \(type) \($0)", shared)) } }
        cases += shapes.map { Case(schema: all("type: BYTES \($0)")) }
        cases += [Case(schema: all("")), Case(schema: all("string_domain { value: 'often' }")), Case(schema: "")]
        cases += ["drift_comparator", "skew_comparator"].flatMap { name in
            comparisons.map { Case(schema: all("type: INT \(name) { \($0) }"), isCompared: true) }
        }
        cases += wholes.map { Case(schema: all("type: INT", $0), isCompared: true) }
        let environments =
            all("type: INT presence { min_count: 1 }", "default_environment: 'TRAINING' default_environment: 'SERVING'")
            .replacing("\"kind\"", with: "\"kind\" not_in_environment: 'SERVING'").replacing("\"real\"", with: "\"real\" in_environment: 'OTHER'")
            + "feature { name: 'label' type: INT not_in_environment: 'SERVING' presence { min_fraction: 1 } }"
        return cases + [nil, "TRAINING", "SERVING", "OTHER"].map { Case(schema: environments, environment: $0) }
    }
}
