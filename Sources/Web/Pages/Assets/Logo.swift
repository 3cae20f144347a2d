/// The bird of the project: a martlet of heraldry, in profile, with tufts for feet, since it never lands.
enum Logo {
    private static let body = """
        M3 20L12 16.500C14 10.500 20 8 25.500 10C31 12 33 16.500 38 18.500C45 21.200 53 20 62 15.500C58 22 53.500 26.500 48 29\
        C53 29.500 58 31.500 61.500 35C54 36.500 47 37 41.500 36.800C38 42.500 33 46 28 47L29.500 54C26.500 52.500 24 50 22.800 47.300\
        L18.500 52.500C16.500 49.800 15.800 46.800 16.300 44C11.500 39 9.300 32 10.500 24.500Z
        """
    private static let wing =
        "M20 26C27 23.500 34 25.500 39 29.500C44.500 34 49 41 53.500 49.500C43 47.500 32 44.500 25.500 38.500C21.700 35 19.500 30.500 20 26Z"

    /// The bird in the colours of the text around it.
    static let inline: HTML = """
        <svg class="bird" viewBox="0 0 64 64" aria-hidden="true"><path d="\(body)"/><path class="wing" d="\(wing)"/><circle class="eye" cx="18.500" cy="16.500" r="1.700"/></svg>
        """

    /// The bird as a file of its own, in azure with a wing of gold.
    static let file = """
        <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64"><path fill="#2a6cb0" d="\(body)"/><path fill="#e0b040" stroke="#fff" stroke-width="1.500" d="\(wing)"/>\
        <circle fill="#fff" cx="18.500" cy="16.500" r="1.700"/></svg>
        """
}
