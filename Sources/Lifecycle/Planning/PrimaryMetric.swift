package import Statistics

extension Charter {
    /// The metric that candidates are ranked by: that of the first objective about a score, or the problem's usual one.
    package var primaryMetric: Metric {
        for objective in objectives {
            if case .score(let metric) = objective.metric { return metric }
        }
        return Metric.primary(for: problem)
    }
}
