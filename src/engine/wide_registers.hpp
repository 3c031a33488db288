#pragma once

// Code for AVX2 stands beside that for any machine, where the compiler has it, and is called where
// the machine has it.
#if defined(__GNUC__) && defined(__x86_64__)
#define XQS_HAS_AVX2
#define XQS_AVX2 __attribute__((target("avx2")))
#else
#define XQS_AVX2
#endif

namespace xqs::engine {

/// Whether the machine has registers of 256 bits (AVX2).
[[nodiscard]] inline bool has_wide_registers() {
#ifdef XQS_HAS_AVX2
  return __builtin_cpu_supports("avx2") != 0;
#else
  return false;
#endif
}

}  // namespace xqs::engine
