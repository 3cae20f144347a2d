// ONNX Runtime's C interface (onnxruntime_c_api.h), as far as Martlet calls it.
// The library hands out an append-only table of functions; a function's slot never moves once it was shipped. Slots below are those of version 16.
// Handles are opaque pointers. A status is NULL for success, else an object to be released.
#pragma once
#include <stddef.h>
#include <stdint.h>

#pragma clang assume_nonnull begin

typedef void *_Nullable martlet_ort_status;

/// `OrtApiBase`: the one struct whose layout never changes.
typedef struct {
    const void *_Nullable const *_Nullable (*_Nonnull get_api)(uint32_t version);
    const char *_Nonnull (*_Nonnull get_version_string)(void);
} martlet_ort_api_base;

typedef const martlet_ort_api_base *_Nullable (*martlet_ort_get_api_base)(void);

/// The functions of the table, by the names they have there.
typedef struct {
    const char *_Nonnull (*_Nonnull get_error_message)(const void *status);
    martlet_ort_status (*_Nonnull create_env)(int log_level, const char *name, void *_Nullable *_Nonnull out_env);
    martlet_ort_status (*_Nonnull create_session)(void *env, const char *path, void *options, void *_Nullable *_Nonnull out_session);
    martlet_ort_status (*_Nonnull create_session_from_array)(
        void *env, const void *bytes, size_t count, void *options, void *_Nullable *_Nonnull out_session);
    martlet_ort_status (*_Nonnull run)(
        void *session, void *_Nullable run_options, const char *_Nullable const *_Nonnull input_names, void *_Nullable const *_Nonnull inputs,
        size_t input_count, const char *_Nullable const *_Nonnull output_names, size_t output_count, void *_Nullable *_Nonnull outputs);
    martlet_ort_status (*_Nonnull create_session_options)(void *_Nullable *_Nonnull out_options);
    martlet_ort_status (*_Nonnull set_session_graph_optimization_level)(void *options, int level);
    martlet_ort_status (*_Nonnull set_intra_op_num_threads)(void *options, int threads);
    martlet_ort_status (*_Nonnull set_inter_op_num_threads)(void *options, int threads);
    martlet_ort_status (*_Nonnull add_session_config_entry)(void *options, const char *key, const char *value);
    martlet_ort_status (*_Nonnull session_get_input_count)(void *session, size_t *out_count);
    martlet_ort_status (*_Nonnull session_get_output_count)(void *session, size_t *out_count);
    martlet_ort_status (*_Nonnull session_get_input_type_info)(void *session, size_t index, void *_Nullable *_Nonnull out_info);
    martlet_ort_status (*_Nonnull session_get_output_type_info)(void *session, size_t index, void *_Nullable *_Nonnull out_info);
    martlet_ort_status (*_Nonnull session_get_input_name)(void *session, size_t index, void *allocator, char *_Nullable *_Nonnull out_name);
    martlet_ort_status (*_Nonnull session_get_output_name)(void *session, size_t index, void *allocator, char *_Nullable *_Nonnull out_name);
    martlet_ort_status (*_Nonnull create_tensor)(void *allocator, const int64_t *shape, size_t rank, int type, void *_Nullable *_Nonnull out_value);
    martlet_ort_status (*_Nonnull get_tensor_mutable_data)(void *value, void *_Nullable *_Nonnull out_data);
    martlet_ort_status (*_Nonnull fill_string_tensor)(void *value, const char *_Nullable const *_Nonnull texts, size_t count);
    martlet_ort_status (*_Nonnull get_string_tensor_data_length)(void *value, size_t *out_length);
    martlet_ort_status (*_Nonnull get_string_tensor_content)(void *value, void *bytes, size_t length, size_t *offsets, size_t count);
    martlet_ort_status (*_Nonnull cast_type_info_to_tensor_info)(void *info, void *_Nullable *_Nonnull out_tensor_info);
    martlet_ort_status (*_Nonnull get_onnx_type_from_type_info)(void *info, int *out_type);
    martlet_ort_status (*_Nonnull get_tensor_element_type)(void *info, int *out_type);
    martlet_ort_status (*_Nonnull get_dimensions_count)(void *info, size_t *out_rank);
    martlet_ort_status (*_Nonnull get_dimensions)(void *info, int64_t *shape, size_t rank);
    martlet_ort_status (*_Nonnull get_tensor_type_and_shape)(void *value, void *_Nullable *_Nonnull out_info);
    martlet_ort_status (*_Nonnull get_value_type)(void *value, int *out_type);
    martlet_ort_status (*_Nonnull allocator_free)(void *allocator, void *_Nullable memory);
    martlet_ort_status (*_Nonnull get_allocator_with_default_options)(void *_Nullable *_Nonnull out_allocator);
    martlet_ort_status (*_Nonnull get_value)(void *value, int index, void *allocator, void *_Nullable *_Nonnull out_value);
    martlet_ort_status (*_Nonnull get_value_count)(void *value, size_t *out_count);
    void (*_Nonnull release_status)(void *status);
    void (*_Nonnull release_session)(void *session);
    void (*_Nonnull release_value)(void *value);
    void (*_Nonnull release_type_info)(void *info);
    void (*_Nonnull release_tensor_type_and_shape_info)(void *info);
    void (*_Nonnull release_session_options)(void *options);
    martlet_ort_status (*_Nonnull session_get_model_metadata)(void *session, void *_Nullable *_Nonnull out_metadata);
    martlet_ort_status (*_Nonnull model_metadata_get_producer_name)(void *metadata, void *allocator, char *_Nullable *_Nonnull out_name);
    martlet_ort_status (*_Nonnull model_metadata_lookup_custom_metadata_map)(
        void *metadata, void *allocator, const char *key, char *_Nullable *_Nonnull out_value);
    martlet_ort_status (*_Nonnull model_metadata_get_custom_metadata_map_keys)(
        void *metadata, void *allocator, char *_Nullable *_Nullable *_Nonnull out_keys, int64_t *out_count);
    void (*_Nonnull release_model_metadata)(void *metadata);
} martlet_ort_calls;

/// The calls of a table that `get_api(16)` answered.
static inline martlet_ort_calls martlet_ort_calls_of(const void *_Nullable const *_Nonnull table) {
    martlet_ort_calls calls = {
        .get_error_message = table[2],
        .create_env = table[3],
        .create_session = table[7],
        .create_session_from_array = table[8],
        .run = table[9],
        .create_session_options = table[10],
        .set_session_graph_optimization_level = table[23],
        .set_intra_op_num_threads = table[24],
        .set_inter_op_num_threads = table[25],
        .session_get_input_count = table[30],
        .session_get_output_count = table[31],
        .session_get_input_type_info = table[33],
        .session_get_output_type_info = table[34],
        .session_get_input_name = table[36],
        .session_get_output_name = table[37],
        .create_tensor = table[48],
        .get_tensor_mutable_data = table[51],
        .fill_string_tensor = table[52],
        .get_string_tensor_data_length = table[53],
        .get_string_tensor_content = table[54],
        .cast_type_info_to_tensor_info = table[55],
        .get_onnx_type_from_type_info = table[56],
        .get_tensor_element_type = table[60],
        .get_dimensions_count = table[61],
        .get_dimensions = table[62],
        .get_tensor_type_and_shape = table[65],
        .get_value_type = table[67],
        .allocator_free = table[76],
        .get_allocator_with_default_options = table[78],
        .get_value = table[80],
        .get_value_count = table[81],
        .release_status = table[93],
        .release_session = table[95],
        .release_value = table[96],
        .release_type_info = table[98],
        .release_tensor_type_and_shape_info = table[99],
        .release_session_options = table[100],
        .session_get_model_metadata = table[111],
        .model_metadata_get_producer_name = table[112],
        .model_metadata_lookup_custom_metadata_map = table[116],
        .release_model_metadata = table[118],
        .model_metadata_get_custom_metadata_map_keys = table[123],
        .add_session_config_entry = table[130],
    };
    return calls;
}

#pragma clang assume_nonnull end
