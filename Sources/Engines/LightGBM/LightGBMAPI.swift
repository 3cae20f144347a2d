import EngineHeaders
import EngineLibraries
import Support

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// LightGBM's functions, looked up once.
///
/// Unchecked Sendable: immutable addresses of functions in a library that stays loaded; they are called on the owner thread only.
struct LightGBMAPI: @unchecked Sendable {
    let calls: martlet_lightgbm_calls

    /// Loads the library on first use.
    /// - Throws: `engineMissing` where the library or a function of it is not there.
    init(_ locator: EngineLocator) throws(MartletError) {
        let path = try locator.require(.lightgbm)
        calls = try Self.calls(of: try DynamicLibrary.load(path))
    }

    private static func calls(of library: DynamicLibrary) throws(MartletError) -> martlet_lightgbm_calls {
        martlet_lightgbm_calls(
            get_last_error: try library.function("LGBM_GetLastError"),
            register_log_callback: try library.function("LGBM_RegisterLogCallback"),
            set_max_threads: try library.function("LGBM_SetMaxThreads"),
            dataset_create_from_mat: try library.function("LGBM_DatasetCreateFromMat"),
            dataset_set_feature_names: try library.function("LGBM_DatasetSetFeatureNames"),
            dataset_set_field: try library.function("LGBM_DatasetSetField"),
            dataset_free: try library.function("LGBM_DatasetFree"),
            booster_create: try library.function("LGBM_BoosterCreate"),
            booster_load_model_from_string: try library.function("LGBM_BoosterLoadModelFromString"),
            booster_free: try library.function("LGBM_BoosterFree"),
            booster_add_valid_data: try library.function("LGBM_BoosterAddValidData"),
            booster_update_one_iter: try library.function("LGBM_BoosterUpdateOneIter"),
            booster_get_eval_counts: try library.function("LGBM_BoosterGetEvalCounts"),
            booster_get_eval_names: try library.function("LGBM_BoosterGetEvalNames"),
            booster_get_eval: try library.function("LGBM_BoosterGetEval"),
            booster_get_num_classes: try library.function("LGBM_BoosterGetNumClasses"),
            booster_get_num_feature: try library.function("LGBM_BoosterGetNumFeature"),
            booster_get_feature_names: try library.function("LGBM_BoosterGetFeatureNames"),
            booster_save_model_to_string: try library.function("LGBM_BoosterSaveModelToString"),
            booster_calc_num_predict: try library.function("LGBM_BoosterCalcNumPredict"),
            booster_predict_for_mat: try library.function("LGBM_BoosterPredictForMat"),
            booster_feature_importance: try library.function("LGBM_BoosterFeatureImportance"))
    }

    /// Turns a call's answer into an error with the engine's reason. On the owner thread, directly after the call.
    func check(_ status: CInt, _ message: @autoclosure () -> String) throws(MartletError) {
        guard status != 0 else { return }
        throw MartletError(.invalidInput, message(), cause: calls.get_last_error().map { String(cString: $0) })
    }
}
