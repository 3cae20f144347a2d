// LightGBM's C interface (LightGBM/c_api.h), as far as Martlet calls it.
// Handles are opaque pointers. Every call answers 0, or -1 with its reason in the calling thread's last error.
#pragma once
#include <stddef.h>
#include <stdint.h>

#pragma clang assume_nonnull begin

/// The functions of the library, by the names they have there without `LGBM_`.
typedef struct {
    const char *_Nullable (*_Nonnull get_last_error)(void);
    int (*_Nonnull register_log_callback)(void (*_Nonnull callback)(const char *_Nullable text));
    int (*_Nonnull set_max_threads)(int threads);

    int (*_Nonnull dataset_create_from_mat)(
        const void *data, int data_type, int32_t rows, int32_t columns, int is_row_major, const char *parameters, void *_Nullable reference,
        void *_Nullable *_Nonnull out_dataset);
    int (*_Nonnull dataset_set_feature_names)(void *dataset, const char *_Nullable *_Nonnull names, int count);
    int (*_Nonnull dataset_set_field)(void *dataset, const char *field, const void *data, int count, int data_type);
    int (*_Nonnull dataset_free)(void *dataset);

    int (*_Nonnull booster_create)(void *training, const char *parameters, void *_Nullable *_Nonnull out_booster);
    int (*_Nonnull booster_load_model_from_string)(const char *text, int *out_iterations, void *_Nullable *_Nonnull out_booster);
    int (*_Nonnull booster_free)(void *booster);
    int (*_Nonnull booster_add_valid_data)(void *booster, void *dataset);
    int (*_Nonnull booster_update_one_iter)(void *booster, int *out_is_finished);
    int (*_Nonnull booster_get_eval_counts)(void *booster, int *out_count);
    int (*_Nonnull booster_get_eval_names)(
        void *booster, int count, int *out_count, size_t length, size_t *out_length, char *_Nullable *_Nonnull out_names);
    int (*_Nonnull booster_get_eval)(void *booster, int data_index, int *out_count, double *out_values);
    int (*_Nonnull booster_get_num_classes)(void *booster, int *out_count);
    int (*_Nonnull booster_get_num_feature)(void *booster, int *out_count);
    int (*_Nonnull booster_get_feature_names)(
        void *booster, int count, int *out_count, size_t length, size_t *out_length, char *_Nullable *_Nonnull out_names);
    int (*_Nonnull booster_save_model_to_string)(
        void *booster, int first_iteration, int iterations, int importance_type, int64_t length, int64_t *out_length, char *_Nullable out_text);
    int (*_Nonnull booster_calc_num_predict)(void *booster, int rows, int predict_type, int first_iteration, int iterations, int64_t *out_count);
    int (*_Nonnull booster_predict_for_mat)(
        void *booster, const void *data, int data_type, int32_t rows, int32_t columns, int is_row_major, int predict_type, int first_iteration,
        int iterations, const char *parameters, int64_t *out_count, double *out_values);
    int (*_Nonnull booster_feature_importance)(void *booster, int iterations, int importance_type, double *out_values);
} martlet_lightgbm_calls;

#pragma clang assume_nonnull end
