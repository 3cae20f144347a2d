#include "EngineHeaders.h"
