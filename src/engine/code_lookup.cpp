#include "engine/code_lookup.hpp"

#include "engine/read_ahead.hpp"

#ifdef XQS_HAS_AVX2
#include <immintrin.h>
#endif

namespace xqs::engine {

bool code_lookup::find(code_positions requirements, code_positions satisfactions, std::size_t count,
                       std::uint8_t* to, bool wide) const {
  found so_far = wide ? find_widely(requirements, satisfactions, count, to) : found();
  for (std::size_t i = so_far.count; i < count; ++i) {
    to[i] = kind(requirements[i], satisfactions[i]);
    so_far.all_known &= to[i] != unknown();
  }
  return so_far.all_known;
}

/// Of 32 answers at once, as long as there are so many. Both parts of a kind are looked up within a
/// register.
#ifdef XQS_HAS_AVX2
XQS_AVX2 code_lookup::found code_lookup::find_widely(code_positions requirements,
                                                     code_positions satisfactions,
                                                     std::size_t count, std::uint8_t* to) const {
  constexpr std::size_t at_once = sizeof(__m256i);
  const auto at = [](const std::uint8_t* bytes) { return reinterpret_cast<const __m256i*>(bytes); };
  const auto* const parts_of_one = reinterpret_cast<const __m128i*>(requirement_.data());
  const auto* const parts_of_other = reinterpret_cast<const __m128i*>(satisfaction_.data());
  const __m256i requirement = _mm256_broadcastsi128_si256(_mm_load_si128(parts_of_one));
  const __m256i satisfaction = _mm256_broadcastsi128_si256(_mm_load_si128(parts_of_other));
  const __m256i last_one = _mm256_set1_epi8(static_cast<char>(requirements.most));
  const __m256i last_other = _mm256_set1_epi8(static_cast<char>(satisfactions.most));
  const __m256i most = _mm256_set1_epi8(static_cast<char>(unknown()));
  __m256i largest = _mm256_setzero_si256();
  std::size_t i = 0;
  for (; i + at_once <= count; i += at_once) {
    read_ahead(requirements.bytes + i);
    read_ahead(satisfactions.bytes + i);
    const __m256i codes = _mm256_loadu_si256(at(requirements.bytes + i));
    const __m256i other_codes = _mm256_loadu_si256(at(satisfactions.bytes + i));
    const __m256i one = _mm256_shuffle_epi8(requirement, _mm256_min_epu8(codes, last_one));
    const __m256i other =
        _mm256_shuffle_epi8(satisfaction, _mm256_min_epu8(other_codes, last_other));
    const __m256i kinds = _mm256_min_epu8(_mm256_adds_epu8(one, other), most);
    largest = _mm256_max_epu8(largest, kinds);
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(to + i), kinds);
  }
  const __m256i unknown_ones = _mm256_cmpeq_epi8(largest, most);
  return {i, _mm256_testz_si256(unknown_ones, unknown_ones) != 0};
}
#else
code_lookup::found code_lookup::find_widely(code_positions, code_positions, std::size_t,
                                            std::uint8_t*) const {
  return {};
}
#endif

}  // namespace xqs::engine
