/// How many bins of equal width calibration is measured in.
package let calibrationBinCount = 10

/// The bin of a probability: bin i holds the values above i/10 and at most (i+1)/10, and 0 is in the first; as scikit-learn's
/// `calibration_curve` bins.
func calibrationBin(_ probability: Double) -> Int {
    let step = 1 / Double(calibrationBinCount)
    var bin = min(max(Int(probability / step), 0), calibrationBinCount - 1)
    while bin > 0, probability <= Double(bin) * step { bin -= 1 }
    while bin < calibrationBinCount - 1, probability > Double(bin + 1) * step { bin += 1 }
    return bin
}

/// Weighted sums of probability and outcome in each bin, without an allocation, since a bootstrap makes thousands of them.
struct CalibrationBins {
    struct Sums {
        var score = 0.0
        var positives = 0.0
        var rows = 0.0

        mutating func add(score: Double, positives: Double, rows: Double) {
            self.score += score
            self.positives += positives
            self.rows += rows
        }
    }

    private var sums: [10 of Sums] = .init(repeating: Sums())

    subscript(bin: Int) -> Sums {
        get { sums[bin] }
        set { sums[bin] = newValue }
    }

    /// The expected calibration error (Naeini, Cooper & Hauskrecht 2015): the mean over the rows of the distance between the mean probability
    /// and the observed rate of their bin.
    var expectedError: Double {
        var (gap, rows) = (0.0, 0.0)
        for bin in 0..<calibrationBinCount {
            gap += abs(sums[bin].score - sums[bin].positives)
            rows += sums[bin].rows
        }
        return gap / rows
    }
}
