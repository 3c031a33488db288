# Runs COMMAND and expects it to print the file EXPECTED.
execute_process(COMMAND ${COMMAND} OUTPUT_VARIABLE printed ERROR_VARIABLE problems
                RESULT_VARIABLE failed)
file(READ ${EXPECTED} expected)
if(failed OR NOT printed STREQUAL expected)
  message(FATAL_ERROR "${COMMAND} (${failed}) printed:\n${printed}${problems}")
endif()
