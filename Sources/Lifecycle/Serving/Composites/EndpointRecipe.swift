/// What of several models is put together to answer under one name.
package struct EndpointRecipe: Sendable, Equatable {
    package enum Kind: String, Sendable, CaseIterable {
        /// Each model is asked what the one before it has answered.
        case chain
        /// All models are asked the same, and their answers are combined.
        case ensemble
    }

    /// A model that takes part.
    package struct Part: Sendable, Equatable {
        /// The registered model, or another endpoint of the settings.
        package var model: String
        /// The alias or version; nil for what answers there now.
        package var selector: String?
        /// Outputs of the model before, with the inputs that they are here.
        package var rename: [String: String]
        /// How much its answer counts.
        package var weight: Double

        package init(_ model: String, _ selector: String? = nil, rename: [String: String] = [:], weight: Double = 1) {
            self.model = model
            self.selector = selector
            self.rename = rename
            self.weight = weight
        }

        /// The part as the settings name it.
        package var text: String { model + (selector.map { "@\($0)" } ?? "") }
    }

    package var kind: Kind
    package var parts: [Part]
    package var combination: Combination

    package init(_ kind: Kind, _ parts: [Part], combination: Combination = .mean) {
        self.kind = kind
        self.parts = parts
        self.combination = combination
    }
}

/// How the answers of an ensemble become one.
package enum Combination: String, Sendable, CaseIterable {
    /// The mean, by weight.
    case mean
    /// The value in the middle.
    case median
    /// The share of the votes, by weight, that each class gets.
    case vote
    /// The greatest value.
    case max

    /// Whether some answers may count more than others.
    var takesWeights: Bool { self == .mean || self == .vote }
}
