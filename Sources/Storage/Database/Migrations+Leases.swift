extension Migrations {
    /// Short-lived tokens: which token each was made from, and until when it can be renewed.
    static let leases = """
        ALTER TABLE token ADD COLUMN parent TEXT;
        ALTER TABLE token ADD COLUMN renewable_until INTEGER;
        """
}
