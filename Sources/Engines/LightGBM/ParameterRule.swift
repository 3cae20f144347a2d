import Support

/// Which values a parameter may have.
enum ParameterRule {
    case whole(ClosedRange<Int>)
    case real(Double, Double, openLow: Bool)
    case truth
    case word([String])

    func accepts(_ value: String) -> Bool {
        switch self {
        case .whole(let range): Int(value).map(range.contains) ?? false
        case .real(let low, let high, let openLow):
            Double(value).map { $0.isFinite && $0 <= high && (openLow ? $0 > low : $0 >= low) } ?? false
        case .truth: value == "true" || value == "false"
        case .word(let words): words.contains(value)
        }
    }

    /// Completes “it must be ...”.
    var description: String {
        switch self {
        case .whole(let range):
            "a whole number "
                + (range.upperBound == Int(Int32.max) ? "of at least \(range.lowerBound)" : "from \(range.lowerBound) to \(range.upperBound)")
        case .real(let low, let high, let openLow):
            "a number " + (openLow ? "above \(JSONValue.text(of: low))" : "of at least \(JSONValue.text(of: low))")
                + (high == .greatestFiniteMagnitude ? "" : " and at most \(JSONValue.text(of: high))")
        case .truth: "true or false"
        case .word(let words): "one of \(words.joined(separator: ", "))"
        }
    }

    static func whole(from low: Int) -> ParameterRule { .whole(low...Int(Int32.max)) }
    static let positive = ParameterRule.real(0, .greatestFiniteMagnitude, openLow: true)
    static let notNegative = ParameterRule.real(0, .greatestFiniteMagnitude, openLow: false)
    static let fraction = ParameterRule.real(0, 1, openLow: true)
    static let share = ParameterRule.real(0, 1, openLow: false)
}

extension TrainingParameters {
    /// The numeric and other simple parameters, with the ranges of LightGBM's documentation (Parameters, version 4).
    static let rules: [String: ParameterRule] = [
        "learning_rate": .positive, "num_leaves": .whole(2...131_072), "max_depth": .whole(-1...1000), "min_data_in_leaf": .whole(from: 0),
        "min_sum_hessian_in_leaf": .notNegative, "bagging_fraction": .fraction, "pos_bagging_fraction": .fraction, "neg_bagging_fraction": .fraction,
        "bagging_freq": .whole(from: 0), "feature_fraction": .fraction, "feature_fraction_bynode": .fraction, "extra_trees": .truth,
        "max_delta_step": .notNegative, "lambda_l1": .notNegative, "lambda_l2": .notNegative, "min_gain_to_split": .notNegative,
        "drop_rate": .share, "max_drop": .whole(-1...Int(Int32.max)), "skip_drop": .share, "xgboost_dart_mode": .truth, "uniform_drop": .truth,
        "top_rate": .share, "other_rate": .share, "min_data_per_group": .whole(from: 1), "max_cat_threshold": .whole(from: 1),
        "cat_l2": .notNegative, "cat_smooth": .notNegative, "max_cat_to_onehot": .whole(from: 1), "path_smooth": .notNegative,
        "max_bin": .whole(2...65_535), "min_data_in_bin": .whole(from: 1), "bin_construct_sample_cnt": .whole(from: 1), "use_missing": .truth,
        "zero_as_missing": .truth, "feature_pre_filter": .truth, "enable_bundle": .truth, "num_class": .whole(1...100_000), "is_unbalance": .truth,
        "scale_pos_weight": .positive, "sigmoid": .positive, "boost_from_average": .truth, "reg_sqrt": .truth, "alpha": .positive,
        "fair_c": .positive,
        "poisson_max_delta_step": .positive, "tweedie_variance_power": .real(1, 1.999_999, openLow: false), "num_threads": .whole(1...256),
        "seed": .whole(from: 0), "bagging_seed": .whole(from: 0), "feature_fraction_seed": .whole(from: 0), "data_random_seed": .whole(from: 0),
        "extra_seed": .whole(from: 0), "drop_seed": .whole(from: 0), "objective_seed": .whole(from: 0), "monotone_penalty": .notNegative,
        "boosting": .word(["gbdt", "dart", "rf"]), "data_sample_strategy": .word(["bagging", "goss"]),
        "monotone_constraints_method": .word(["basic", "intermediate", "advanced"]),
    ]

    /// LightGBM's other names for what is in the list, so that an error can say the one to use.
    static let aliases: [String: String] = [
        "eta": "learning_rate", "shrinkage_rate": "learning_rate", "num_leaf": "num_leaves", "max_leaves": "num_leaves",
        "max_leaf_nodes": "num_leaves",
        "min_child_samples": "min_data_in_leaf", "min_samples_leaf": "min_data_in_leaf", "min_child_weight": "min_sum_hessian_in_leaf",
        "subsample": "bagging_fraction", "sub_row": "bagging_fraction", "bagging": "bagging_fraction", "subsample_freq": "bagging_freq",
        "colsample_bytree": "feature_fraction", "sub_feature": "feature_fraction", "colsample_bynode": "feature_fraction_bynode",
        "reg_alpha": "lambda_l1", "l1_regularization": "lambda_l1", "reg_lambda": "lambda_l2", "l2_regularization": "lambda_l2",
        "lambda": "lambda_l2",
        "min_split_gain": "min_gain_to_split", "max_bins": "max_bin", "subsample_for_bin": "bin_construct_sample_cnt", "num_classes": "num_class",
        "unbalance": "is_unbalance", "unbalanced_sets": "is_unbalance", "boosting_type": "boosting", "boost": "boosting", "random_state": "seed",
        "random_seed": "seed", "n_jobs": "num_threads", "nthread": "num_threads", "num_thread": "num_threads", "metrics": "metric",
        "application": "objective",
        "app": "objective", "loss": "objective", "objective_type": "objective", "num_iteration": "num_iterations", "n_iter": "num_iterations",
        "num_tree": "num_iterations", "num_trees": "num_iterations", "num_round": "num_iterations", "num_rounds": "num_iterations",
        "num_boost_round": "num_iterations", "n_estimators": "num_iterations", "max_iter": "num_iterations",
        "early_stopping_rounds": "early_stopping_round", "early_stopping": "early_stopping_round", "n_iter_no_change": "early_stopping_round",
        "monotonic_cst": "monotone_constraints", "mc": "monotone_constraints", "verbose": "verbosity", "cat_feature": "categorical_feature",
    ]
}
