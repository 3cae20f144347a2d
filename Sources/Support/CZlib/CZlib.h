// The declarations of the system's zlib.
#pragma once
#include <zlib.h>
