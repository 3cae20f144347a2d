extension MessageForm {
    /// A form by its name.
    static func named(_ name: String) -> MessageForm { all[name] ?? MessageForm([]) }

    private static let all: [String: MessageForm] = [
        "Schema": MessageForm(
            [
                (1, "feature", .message("Feature")), (4, "string_domain", .message("StringDomain")), (5, "default_environment", .text),
                (6, "sparse_feature", .other), (8, "annotation", .other), (9, "float_domain", .message("FloatDomain")),
                (10, "int_domain", .message("IntDomain")), (11, "dataset_constraints", .message("DatasetConstraints")),
                (12, "weighted_feature", .other), (13, "tensor_representation_group", .other), (14, "represent_variable_length_as_ragged", .flag),
            ],
            lists: [
                "feature", "string_domain", "default_environment", "sparse_feature", "float_domain", "int_domain", "weighted_feature",
                "tensor_representation_group",
            ]),
        "Feature": MessageForm(
            [
                (1, "name", .text), (2, "deprecated", .flag), (5, "value_count", .message("ValueCount")), (6, "type", .word(featureTypes)),
                (7, "domain", .text), (9, "int_domain", .message("IntDomain")), (10, "float_domain", .message("FloatDomain")),
                (11, "string_domain", .message("StringDomain")), (13, "bool_domain", .message("BoolDomain")),
                (14, "presence", .message("FeaturePresence")), (15, "distribution_constraints", .message("DistributionConstraints")),
                (16, "annotation", .other), (17, "group_presence", .other), (18, "skew_comparator", .message("FeatureComparator")),
                (19, "not_in_environment", .text), (20, "in_environment", .text), (21, "drift_comparator", .message("FeatureComparator")),
                (22, "lifecycle_stage", .word(lifecycleStages)), (23, "shape", .message("FixedShape")), (24, "natural_language_domain", .other),
                (25, "image_domain", .other), (26, "mid_domain", .other), (27, "url_domain", .other), (28, "time_domain", .other),
                (29, "struct_domain", .message("StructDomain")), (30, "time_of_day_domain", .other),
                (31, "unique_constraints", .message("UniqueConstraints")), (32, "value_counts", .message("ValueCountList")),
                (34, "validation_derived_source", .other), (35, "sequence_metadata", .other), (36, "audio_domain", .other),
                (37, "video_domain", .other), (38, "content_chunk_domain", .other),
            ], lists: ["not_in_environment", "in_environment"]),
        "StructDomain": MessageForm([(1, "feature", .message("Feature")), (2, "sparse_feature", .other)], lists: ["feature", "sparse_feature"]),
        "FixedShape": MessageForm([(2, "dim", .message("Dim"))], lists: ["dim"]),
        "Dim": MessageForm([(1, "size", .whole), (2, "name", .text)]),
        "ValueCount": MessageForm([(1, "min", .whole), (2, "max", .whole)]),
        "ValueCountList": MessageForm([(1, "value_count", .message("ValueCount"))], lists: ["value_count"]),
        "FeaturePresence": MessageForm([(1, "min_fraction", .double), (2, "min_count", .whole)]),
        "UniqueConstraints": MessageForm([(1, "min", .whole), (2, "max", .whole)]),
        "DistributionConstraints": MessageForm([(1, "min_domain_mass", .double)]),
        "IntDomain": MessageForm([(1, "name", .text), (3, "min", .whole), (4, "max", .whole), (5, "is_categorical", .flag)]),
        "FloatDomain": MessageForm([
            (1, "name", .text), (3, "min", .float), (4, "max", .float), (5, "disallow_nan", .flag), (6, "disallow_inf", .flag),
            (7, "is_embedding", .flag), (8, "is_categorical", .flag), (9, "embedding_dim", .whole), (10, "embedding_type", .text),
        ]),
        "StringDomain": MessageForm(
            [
                (1, "name", .text), (2, "value", .text),
                (3, "is_categorical", .word(["CATEGORICAL_UNSPECIFIED": 0, "CATEGORICAL_YES": 1, "CATEGORICAL_NO": 2])),
            ],
            lists: ["value"]),
        "BoolDomain": MessageForm([(1, "name", .text), (2, "true_value", .text), (3, "false_value", .text)]),
        "FeatureComparator": MessageForm([
            (1, "infinity_norm", .message("Threshold")), (2, "jensen_shannon_divergence", .message("Threshold")),
            (3, "normalized_abs_difference", .message("Threshold")),
        ]),
        "Threshold": MessageForm([(1, "threshold", .double), (2, "source", .message("HistogramSelection"))]),
        "HistogramSelection": MessageForm([(1, "type", .word(["DEFAULT": 0, "QUANTILES": 1, "STANDARD": 2]))]),
        "DatasetConstraints": MessageForm([
            (1, "num_examples_drift_comparator", .message("NumericValueComparator")),
            (2, "num_examples_version_comparator", .message("NumericValueComparator")), (3, "min_examples_count", .whole),
            (4, "max_examples_count", .whole),
        ]),
        "NumericValueComparator": MessageForm([(1, "min_fraction_threshold", .double), (2, "max_fraction_threshold", .double)]),
        "Anomalies": MessageForm(
            [
                (1, "baseline", .message("Schema")), (2, "anomaly_info", .message("AnomalyEntry")), (3, "data_missing", .flag),
                (7, "anomaly_name_format", .word(["UNKNOWN": 0, "SERIALIZED_PATH": 1])), (8, "dataset_anomaly_info", .message("AnomalyInfo")),
                (9, "drift_skew_info", .message("DriftSkewInfo")),
            ], lists: ["anomaly_info", "drift_skew_info"]),
        "AnomalyEntry": MessageForm([(1, "key", .text), (2, "value", .message("AnomalyInfo"))]),
        "AnomalyInfo": MessageForm(
            [
                (2, "description", .text), (5, "severity", .word(["UNKNOWN": 0, "WARNING": 1, "ERROR": 2])), (6, "short_description", .text),
                (7, "reason", .message("Reason")), (8, "path", .message("Path")),
            ], lists: ["reason"]),
        "Reason": MessageForm([(1, "type", .word(anomalyTypes)), (2, "short_description", .text), (3, "description", .text)]),
        "Path": MessageForm([(1, "step", .text)], lists: ["step"]),
        "DriftSkewInfo": MessageForm(
            [(1, "path", .message("Path")), (2, "drift_measurements", .message("Measurement")), (3, "skew_measurements", .message("Measurement"))],
            lists: ["drift_measurements", "skew_measurements"]),
        "Measurement": MessageForm([(1, "type", .word(measures)), (2, "value", .double), (3, "threshold", .double)]),
    ]

    private static let featureTypes = ["TYPE_UNKNOWN": 0, "BYTES": 1, "INT": 2, "FLOAT": 3, "STRUCT": 4]
    private static let lifecycleStages = [
        "UNKNOWN_STAGE": 0, "PLANNED": 1, "ALPHA": 2, "BETA": 3, "PRODUCTION": 4, "DEPRECATED": 5, "DEBUG_ONLY": 6, "DISABLED": 7,
        "VALIDATION_DERIVED": 9,
    ]
    private static let measures = ["UNKNOWN": 0, "L_INFTY": 1, "JENSEN_SHANNON_DIVERGENCE": 2, "NORMALIZED_ABSOLUTE_DIFFERENCE": 3]
    private static let anomalyTypes = Dictionary(AnomalyType.allCases.map { ($0.rawValue, $0.number) }) { first, _ in first }
}
