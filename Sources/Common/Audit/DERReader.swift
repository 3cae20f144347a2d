internal import Support

/// One element of DER (ITU-T X.690): a tag and its content. Lengths are held against what is there.
struct DERElement {
    static let (integer, bitString, octets, identifier, text, generalizedTime, sequence) = (
        UInt8(0x02), UInt8(0x03), UInt8(0x04), UInt8(0x06), UInt8(0x0C), UInt8(0x18), UInt8(0x30)
    )

    var tag: UInt8
    var content: ArraySlice<UInt8>

    /// Reads the element that begins at the start of some bytes, and leaves what follows it.
    init(_ bytes: inout ArraySlice<UInt8>) throws(MartletError) {
        guard let tag = bytes.popFirst(), tag & 0x1F != 0x1F, let first = bytes.popFirst() else { throw DERElement.malformed }
        var length = Int(first)
        if first & 0x80 != 0 {
            let digits = Int(first & 0x7F)
            guard (1...4).contains(digits), bytes.count >= digits else { throw DERElement.malformed }
            length = bytes.prefix(digits).reduce(0) { $0 << 8 | Int($1) }
            bytes = bytes.dropFirst(digits)
        }
        guard bytes.count >= length else { throw DERElement.malformed }
        self.tag = tag
        content = bytes.prefix(length)
        bytes = bytes.dropFirst(length)
    }

    /// The one element that some bytes hold.
    init(only bytes: some Sequence<UInt8>) throws(MartletError) {
        var rest = ArraySlice(bytes)
        try self.init(&rest)
    }

    /// The elements inside.
    func children() throws(MartletError) -> [DERElement] {
        var rest = content
        var children: [DERElement] = []
        while !rest.isEmpty { children.append(try DERElement(&rest)) }
        return children
    }

    /// The element at a place inside, of a tag.
    func child(_ place: Int, tag: UInt8) throws(MartletError) -> DERElement {
        let all = try children()
        guard all.indices.contains(place), all[place].tag == tag else { throw DERElement.malformed }
        return all[place]
    }

    /// A small whole number.
    func number() throws(MartletError) -> Int {
        guard tag == DERElement.integer, (1...7).contains(content.count) else { throw DERElement.malformed }
        return content.reduce(0) { $0 << 8 | Int($1) }
    }

    static let malformed = MartletError(.corrupted, "The reply of the time-stamp authority is no RFC 3161 reply. Check its address.")
}
