package import Support

/// How two samples of a column are compared. Names and definitions are Evidently's (0.7).
package enum DriftMethod: String, CaseIterable, Codable, Sendable, Hashable {
    /// Two-sample Kolmogorov–Smirnov test.
    case kolmogorovSmirnov = "ks"
    /// Chi-square test of the current counts against the reference's shares.
    case chiSquare = "chisquare"
    /// Two-proportion z-test of the share of rows that are not the smallest value.
    case zTest = "z"
    /// First Wasserstein distance in units of the reference's standard deviation.
    case wasserstein
    /// Jensen–Shannon distance (the root, natural logarithm).
    case jensenShannon = "jensenshannon"
    /// Population stability index.
    case psi
    /// Kullback–Leibler divergence of the reference from the current sample.
    case klDivergence = "kl_div"
    /// Total variation distance. Evidently's `TVD` reports the p-value of a random permutation test instead; this is the distance itself.
    case totalVariation = "tvd"

    /// Whether the verdict rests on a p-value (drift where it is small) rather than on a distance (drift where it is large).
    package var isTest: Bool {
        switch self {
        case .kolmogorovSmirnov, .chiSquare, .zTest: true
        default: false
        }
    }

    /// The limit that Evidently uses: 0.05 for a p-value, 0.1 for a distance.
    package var defaultThreshold: Double { isTest ? 0.05 : 0.1 }

    /// Whether the method needs numbers that can be ordered.
    package var needsNumbers: Bool { self == .kolmogorovSmirnov || self == .wasserstein }

    /// Reads a method's name.
    /// - Throws: `invalidInput` with the nearest name.
    package static func named(_ name: String) throws(MartletError) -> DriftMethod {
        guard let method = DriftMethod(rawValue: name) else {
            let names = allCases.map(\.rawValue)
            throw MartletError(
                .invalidInput, "There is no drift method “\(name)”.\(didYouMean(name, among: names)) There are: \(names.joined(separator: ", ")).")
        }
        return method
    }

    /// The method that Evidently chooses by default: tests for a reference of up to 1,000 rows, distances above; a numeric column with at most
    /// five distinct values (over both samples) is treated as categories.
    package static func chosen(reference: DriftSample, current: DriftSample) -> DriftMethod {
        let distinct = distinctValues(reference, current, limit: 6)
        let isNumeric = reference.isNumeric && distinct > 5
        guard reference.count > 1000 else { return isNumeric ? .kolmogorovSmirnov : distinct > 2 ? .chiSquare : .zTest }
        return isNumeric ? .wasserstein : .jensenShannon
    }
}
