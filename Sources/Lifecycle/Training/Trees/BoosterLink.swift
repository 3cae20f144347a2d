package import ONNXGraph
package import Support

/// What turns a booster's raw scores into its answer; by objective, as LightGBM's `ConvertOutput` does.
package enum BoosterLink: Sendable, Equatable {
    case identity
    case exponential
    /// 1 / (1 + exp(-scale · x)).
    case logistic(scale: Double)
    case softmax
    /// x · |x|, for models of the target's square root.
    case signedSquare
    /// log(1 + exp(x)).
    case softplus

    /// - Parameter objective: the words after `objective=` in the booster's text.
    /// - Throws: `invalidInput` for an objective that is not known.
    package init(objective: [String]) throws(MartletError) {
        let settings = Dictionary(
            objective.dropFirst().compactMap { word in
                let parts = word.split(separator: ":")
                return parts.count == 2 ? (String(parts[0]), Double(parts[1]) ?? .nan) : nil
            }, uniquingKeysWith: { first, _ in first })
        switch objective.first ?? "" {
        case "regression" where objective.contains("sqrt"): self = .signedSquare
        case "regression", "regression_l1", "huber", "fair", "quantile", "mape", "lambdarank", "rank_xendcg": self = .identity
        case "poisson", "gamma", "tweedie": self = .exponential
        case "binary", "multiclassova": self = .logistic(scale: settings["sigmoid"] ?? 1)
        case "cross_entropy": self = .logistic(scale: 1)
        case "cross_entropy_lambda": self = .softplus
        case "multiclass": self = .softmax
        case let other: throw BoosterText.failure("the objective “\(other)” is not known")
        }
    }

    /// Adds the link to a graph.
    package func add(to builder: inout GraphBuilder, scores: GraphValue) -> GraphValue {
        switch self {
        case .identity: return scores
        case .exponential: return builder.node(GraphOperator("Exp"), scores)
        case .logistic(let scale):
            let scaled = scale == 1 ? scores : builder.node(GraphOperator("Mul"), scores, builder.constant(scale))
            return builder.node(GraphOperator("Sigmoid"), scaled)
        case .softmax: return builder.node(GraphOperator("Softmax", [("axis", .integer(1))]), scores)
        case .signedSquare: return builder.node(GraphOperator("Mul"), scores, builder.node(GraphOperator("Abs"), scores))
        case .softplus:
            return builder.node(
                GraphOperator("Log"), builder.node(GraphOperator("Add"), builder.node(GraphOperator("Exp"), scores), builder.constant(1)))
        }
    }
}

extension BoosterText {
    /// Adds the trees and the link to a graph.
    /// - Parameter features: one [N, 1] column of doubles per feature of the booster.
    /// - Returns: the raw scores and the answer, both [N, width].
    package func add(to builder: inout GraphBuilder, features: [GraphValue]) throws(MartletError) -> (raw: GraphValue, answer: GraphValue) {
        let raw = try TreeEnsembleNode(self).add(to: &builder, features: features)
        var scores = raw
        if averages { scores = builder.node(GraphOperator("Div"), raw, builder.constant(Double(trees.count / width))) }
        return (raw, try BoosterLink(objective: objective).add(to: &builder, scores: scores))
    }
}
