#pragma once

namespace xqs::engine {

/// Asks for what stands a page behind, once for each line of memory of a column that is read for
/// the first time: machines read ahead by themselves, but not beyond a page. There may be nothing.
template <typename Value>
void read_ahead([[maybe_unused]] const Value* values) {
#ifdef __GNUC__
  __builtin_prefetch(reinterpret_cast<const char*>(values) + 4'096);
#endif
}

}  // namespace xqs::engine
