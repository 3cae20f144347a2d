/// The features of linear models, stored by what they are: numbers in full, and ones by their place, all else being zero.
///
/// Features 0..<denseWidth are the numbers; the rest are columns of zeros and ones.
struct DesignMatrix: Sendable {
    let rowCount: Int
    /// Features in all.
    let width: Int
    let denseWidth: Int
    /// rowCount × denseWidth, row after row.
    let dense: [Double]
    let onesWidth: Int
    /// rowCount × onesWidth: features that are 1 in a row; -1 for none.
    let ones: [Int32]

    /// Features that may differ from zero in one row.
    var entriesPerRow: Int { denseWidth + onesWidth }

    /// Adds, for every row, intercept + features · weights.
    /// - Parameters:
    ///   - parameters: `outputs` runs of `width` weights and an intercept.
    /// - Returns: rowCount × outputs, row after row.
    func scores(_ parameters: [Double], outputs: Int) -> [Double] {
        var scores = [Double](repeating: 0, count: rowCount * outputs)
        let stride = width + 1
        scores.withUnsafeMutableBufferPointer { out in
            parameters.withUnsafeBufferPointer { w in
                for row in 0..<rowCount {
                    for k in 0..<outputs { out[row * outputs + k] = dot(row, UnsafeBufferPointer(rebasing: w[k * stride..<(k + 1) * stride])) }
                }
            }
        }
        return scores
    }

    /// Intercept + features · weights of one row.
    private func dot(_ row: Int, _ weights: UnsafeBufferPointer<Double>) -> Double {
        var sum = weights[width]
        dense.withUnsafeBufferPointer { x in
            for j in 0..<denseWidth { sum += x[row * denseWidth + j] * weights[j] }
        }
        ones.withUnsafeBufferPointer { index in
            for j in 0..<onesWidth {
                let place = Int(index[row * onesWidth + j])
                if place >= 0 { sum += weights[place] }
            }
        }
        return sum
    }

    /// Adds amounts × features (and amounts for the intercepts) to a gradient.
    /// - Parameter amounts: rowCount × outputs.
    func accumulate(_ amounts: [Double], outputs: Int, into gradient: inout [Double]) {
        let stride = width + 1
        gradient.withUnsafeMutableBufferPointer { g in
            amounts.withUnsafeBufferPointer { a in
                for row in 0..<rowCount {
                    for k in 0..<outputs {
                        add(row, a[row * outputs + k], UnsafeMutableBufferPointer(rebasing: g[k * stride..<(k + 1) * stride]))
                    }
                }
            }
        }
    }

    private func add(_ row: Int, _ amount: Double, _ gradient: UnsafeMutableBufferPointer<Double>) {
        dense.withUnsafeBufferPointer { x in
            for j in 0..<denseWidth { gradient[j] += amount * x[row * denseWidth + j] }
        }
        ones.withUnsafeBufferPointer { index in
            for j in 0..<onesWidth {
                let place = Int(index[row * onesWidth + j])
                if place >= 0 { gradient[place] += amount }
            }
        }
        gradient[width] += amount
    }

    /// The entries of a row that are not zero, with the intercept's 1 at the end. Both arrays are overwritten from the start.
    /// - Returns: how many entries there are.
    func entries(_ row: Int, _ places: inout [Int], _ values: inout [Double]) -> Int {
        for j in 0..<denseWidth {
            places[j] = j
            values[j] = dense[row * denseWidth + j]
        }
        var count = denseWidth
        for j in 0..<onesWidth {
            let place = Int(ones[row * onesWidth + j])
            guard place >= 0 else { continue }
            places[count] = place
            values[count] = 1
            count += 1
        }
        places[count] = width
        values[count] = 1
        return count + 1
    }

    /// The sums of squares of all features and the intercept under weights of the rows.
    func squares(_ weights: [Double]) -> [Double] {
        var sums = [Double](repeating: 0, count: width + 1)
        for row in 0..<rowCount {
            let weight = weights[row]
            for j in 0..<denseWidth {
                let x = dense[row * denseWidth + j]
                sums[j] += weight * x * x
            }
            for j in 0..<onesWidth where ones[row * onesWidth + j] >= 0 { sums[Int(ones[row * onesWidth + j])] += weight }
            sums[width] += weight
        }
        return sums
    }
}
