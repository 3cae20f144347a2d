/// A gap between the groups of a sensitive column that an objective may bound.
package enum FairnessGap: String, Sendable, CaseIterable {
    case demographicParity = "demographic_parity_difference"
    case equalOpportunity = "equal_opportunity_difference"
    case equalizedOdds = "equalized_odds_difference"
}
