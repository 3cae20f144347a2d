internal import Foundation
internal import Support

/// Calls with paths that need not be text.
enum Paths {
    static func call(_ path: [UInt8], _ work: (UnsafePointer<CChar>) -> Int32) -> Int32 {
        (path + [0]).withUnsafeBufferPointer { bytes in
            bytes.withMemoryRebound(to: CChar.self) { $0.baseAddress.map(work) ?? -1 }
        }
    }
}
