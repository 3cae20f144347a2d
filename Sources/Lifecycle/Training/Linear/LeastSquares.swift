/// Linear least squares by orthogonal transformations: rows are folded one block after the other into a triangle (Golub & Van Loan, Matrix
/// Computations, 4th edition, section 5.2), so that memory does not grow with them and nothing is squared.
struct LeastSquares: Sendable {
    private let width: Int
    /// Columns of the triangle: the unknowns and the right-hand side.
    private let columns: Int
    /// columns × columns, row after row; only the upper triangle is filled.
    private var triangle: [Double]
    /// One block of rows, column after column.
    private var block: [Double] = []
    private var blockRows = 0
    private let blockLimit: Int

    init(unknowns: Int) {
        width = unknowns
        columns = unknowns + 1
        triangle = [Double](repeating: 0, count: columns * columns)
        blockLimit = max(256, 2 * columns)
        block = [Double](repeating: 0, count: columns * blockLimit)
    }

    /// Adds an equation: the entries, by place and value, times the unknowns are to equal `value`.
    mutating func add(_ places: [Int], _ values: [Double], count: Int, equals value: Double, weight: Double = 1) {
        let root = weight.squareRoot()
        for i in 0..<count { block[places[i] * blockLimit + blockRows] = values[i] * root }
        block[width * blockLimit + blockRows] = value * root
        blockRows += 1
        if blockRows == blockLimit { fold() }
    }

    /// Turns the block into zeros by reflections that keep all sums of squares; what it said is then in the triangle.
    private mutating func fold() {
        let (rows, limit, columns) = (blockRows, blockLimit, columns)
        triangle.withUnsafeMutableBufferPointer { r in
            block.withUnsafeMutableBufferPointer { b in
                for j in 0..<columns {
                    let v = UnsafeMutableBufferPointer(rebasing: b[j * limit..<j * limit + rows])
                    let below = dotProduct(v, v)
                    guard below > 0 else { continue }
                    let head = r[j * columns + j]
                    let norm = (head * head + below).squareRoot()
                    let pivot = head > 0 ? -norm : norm
                    let first = head - pivot
                    let scale = 2 / (first * first + below)
                    r[j * columns + j] = pivot
                    for k in j + 1..<max(columns, j + 1) {
                        let other = UnsafeMutableBufferPointer(rebasing: b[k * limit..<k * limit + rows])
                        let amount = scale * (first * r[j * columns + k] + dotProduct(v, other))
                        r[j * columns + k] -= amount * first
                        for i in 0..<rows { other[i] -= amount * v[i] }
                    }
                }
            }
        }
        block = [Double](repeating: 0, count: block.count)
        blockRows = 0
    }

    /// The unknowns that leave the smallest sum of squares; of several such, the shortest vector.
    mutating func solve() -> [Double] {
        if blockRows > 0 { fold() }
        let matrix = (0..<width).map { j in (0..<width).map { i in i <= j ? triangle[i * columns + j] : 0 } }
        return SingularValues(columns: matrix).solve((0..<width).map { triangle[$0 * columns + width] })
    }
}

/// The sum of products, in four running sums so that the processor can work on several at once.
private func dotProduct(_ a: UnsafeMutableBufferPointer<Double>, _ b: UnsafeMutableBufferPointer<Double>) -> Double {
    var sums = SIMD4<Double>.zero
    let whole = a.count / 4 * 4
    for i in stride(from: 0, to: whole, by: 4) {
        let x = SIMD4<Double>(a[i], a[i + 1], a[i + 2], a[i + 3])
        let y = SIMD4<Double>(b[i], b[i + 1], b[i + 2], b[i + 3])
        sums += x * y
    }
    var sum = sums.sum()
    for i in whole..<a.count { sum += a[i] * b[i] }
    return sum
}

/// The singular value decomposition of a square matrix by one-sided rotations (Hestenes 1958).
struct SingularValues: Sendable {
    /// The matrix times `right`: orthogonal columns whose lengths are the singular values.
    private var left: [[Double]]
    private var right: [[Double]]

    /// - Parameter columns: the matrix, column after column.
    init(columns: [[Double]]) {
        left = columns
        let size = columns.count
        right = (0..<size).map { j in
            var unit = [Double](repeating: 0, count: size)
            unit[j] = 1
            return unit
        }
        for _ in 0..<60 where !sweep() { break }
    }

    /// Makes every pair of columns orthogonal once; false where all were already.
    private mutating func sweep() -> Bool {
        var rotated = false
        for p in left.indices {
            for q in p + 1..<max(left.count, p + 1) {
                let (a, b, c) = (dot(left[p], left[p]), dot(left[q], left[q]), dot(left[p], left[q]))
                guard abs(c) > 1e-15 * (a * b).squareRoot(), abs(c) > 1e-300 else { continue }
                rotated = true
                let zeta = (b - a) / (2 * c)
                let tangent = (zeta < 0 ? -1 : 1) / (abs(zeta) + (1 + zeta * zeta).squareRoot())
                let cosine = 1 / (1 + tangent * tangent).squareRoot()
                Self.rotate(&left, p, q, cosine, cosine * tangent)
                Self.rotate(&right, p, q, cosine, cosine * tangent)
            }
        }
        return rotated
    }

    private static func rotate(_ columns: inout [[Double]], _ p: Int, _ q: Int, _ cosine: Double, _ sine: Double) {
        for i in columns[p].indices {
            let (x, y) = (columns[p][i], columns[q][i])
            columns[p][i] = cosine * x - sine * y
            columns[q][i] = sine * x + cosine * y
        }
    }

    /// The shortest of the vectors for which the matrix comes nearest to `b`; singular values below rounding count as zero.
    func solve(_ b: [Double]) -> [Double] {
        let values = left.map { dot($0, $0).squareRoot() }
        let limit = (values.max() ?? 0) * Double(left.count) * .ulpOfOne * 8
        var x = [Double](repeating: 0, count: left.count)
        for j in left.indices where values[j] > limit {
            let amount = dot(left[j], b) / (values[j] * values[j])
            for i in x.indices { x[i] += amount * right[j][i] }
        }
        return x
    }

    private func dot(_ a: [Double], _ b: [Double]) -> Double {
        var sum = 0.0
        for i in a.indices { sum += a[i] * b[i] }
        return sum
    }
}
