internal import Foundation
internal import SwiftProtobuf

/// The names of the classes that a classifier's graph holds.
package enum ClassLabels {
    /// The attributes in which operators of ai.onnx.ml keep the classes.
    private static let attributes: Set<String> = ["classlabels_strings", "classlabels_int64s", "classlabels_ints"]

    /// The classes of the last operator that names some; nil where none does, or the bytes are no graph.
    package static func find(in file: [UInt8]) -> [String]? {
        guard let model = try? ONNXModelProto(serializedBytes: file) else { return nil }
        for node in model.graph.node.reversed() {
            for attribute in node.attribute where attributes.contains(attribute.name) {
                let names = attribute.strings.map { String(decoding: $0, as: UTF8.self) } + attribute.ints.map { String($0) }
                if !names.isEmpty { return names }
            }
        }
        return nil
    }
}
