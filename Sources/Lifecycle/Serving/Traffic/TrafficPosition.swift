internal import Digests

/// Where a key falls for a version of an endpoint: a number in [0, 1), the same in every process and on every machine, uniform over keys and
/// independent between versions.
///
/// It is made of the first 13 hexadecimal digits (52 bits) of a SHA-256, so that other programs can tell it too. In Python:
/// `int(sha256(f"{endpoint}/v{version}/{key}".encode()).hexdigest()[:13], 16) / 2**52`.
package enum TrafficPosition {
    package static func of(_ key: String, endpoint: String, version: Int) -> Double {
        let digits = Digest(of: "\(endpoint)/v\(version)/\(key)").rawValue.prefix(13)
        return Double(UInt64(digits, radix: 16) ?? 0) / 4_503_599_627_370_496
    }
}
