import Foundation

/// What a node does: an operator of ONNX with its attributes.
package struct GraphOperator: Sendable {
    package let name: String
    package let domain: String
    let attributes: [(name: String, value: GraphAttribute)]

    /// The domain of operators for classical models, `ai.onnx.ml`.
    package static let classical = "ai.onnx.ml"

    package init(_ name: String, domain: String = "", _ attributes: [(String, GraphAttribute)] = []) {
        self.name = name
        self.domain = domain
        self.attributes = attributes.map { (name: $0.0, value: $0.1) }
    }
}

/// The value of an operator's attribute.
package enum GraphAttribute: Sendable {
    case integer(Int)
    case float(Float)
    case string(String)
    case integers([Int])
    case strings([String])
    case tensor(ConstantTensor)

    func message(name: String) -> ONNXAttributeProto {
        var message = ONNXAttributeProto()
        message.name = name
        switch self {
        case .integer(let value): (message.i, message.type) = (Int64(value), .int)
        case .float(let value): (message.f, message.type) = (value, .float)
        case .string(let value): (message.s, message.type) = (Data(value.utf8), .string)
        case .integers(let values): (message.ints, message.type) = (values.map { Int64($0) }, .ints)
        case .strings(let values): (message.strings, message.type) = (values.map { Data($0.utf8) }, .strings)
        case .tensor(let tensor): (message.t, message.type) = (tensor.message(name: name), .tensor)
        }
        return message
    }
}
