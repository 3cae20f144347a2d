/// Values with a shape, in row-major order: what goes into a model and what comes out.
package struct Tensor: Sendable, Equatable {
    package enum Values: Sendable, Equatable {
        case double([Double])
        case float([Float])
        case int64([Int64])
        case int32([Int32])
        case bool([Bool])
        case string([String])
    }

    /// The size of each dimension; empty for a single value.
    package var shape: [Int]
    package var values: Values
    /// The class that each column stands for, where the model answered with a list of maps (scikit-learn's ZipMap).
    package var labels: [String]?

    package init(shape: [Int], values: Values, labels: [String]? = nil) {
        self.shape = shape
        self.values = values
        self.labels = labels
    }

    /// The number of values.
    package var count: Int {
        switch values {
        case .double(let values): values.count
        case .float(let values): values.count
        case .int64(let values): values.count
        case .int32(let values): values.count
        case .bool(let values): values.count
        case .string(let values): values.count
        }
    }

    package var elementType: TensorElementType {
        switch values {
        case .double: .double
        case .float: .float
        case .int64: .int64
        case .int32: .int32
        case .bool: .bool
        case .string: .string
        }
    }

    /// The values as doubles; nil for text.
    package var doubles: [Double]? {
        switch values {
        case .double(let values): values
        case .float(let values): values.map(Double.init)
        case .int64(let values): values.map(Double.init)
        case .int32(let values): values.map(Double.init)
        case .bool(let values): values.map { $0 ? 1 : 0 }
        case .string: nil
        }
    }
}
