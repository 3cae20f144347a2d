/// Names for runs that were given none: two words and a number.
enum RunName {
    private static let first = [
        "able", "amber", "bold", "brisk", "calm", "clear", "clever", "crisp", "eager", "early", "fair", "fleet", "fond", "gentle", "glad", "grand",
        "keen", "kind", "light", "lively", "mellow", "merry", "mild", "neat", "nimble", "plain", "proud", "quick", "quiet", "ready", "silver",
        "smooth",
        "steady", "sunny", "swift", "tidy", "vivid", "warm", "wise", "young",
    ]
    private static let second = [
        "ash", "beech", "birch", "brook", "cedar", "crane", "dove", "elm", "falcon", "fern", "finch", "gull", "harbour", "hawk", "hazel", "heath",
        "heron", "hill", "ivy", "lake", "lark", "linden", "maple", "marsh", "martin", "meadow", "oak", "otter", "owl", "pine", "plover", "reed",
        "robin",
        "rook", "shore", "sparrow", "swallow", "tern", "willow", "wren",
    ]

    /// - Parameter bits: random ones.
    static func made(from bits: UInt64) -> String {
        let number = bits / UInt64(first.count * second.count) % 1000
        return "\(first[Int(bits % UInt64(first.count))])-\(second[Int(bits / UInt64(first.count) % UInt64(second.count))])-\(number)"
    }
}
