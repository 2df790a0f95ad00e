package io.github.hunyuanvideo.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LinkerCacheTest {

  @Test
  void theFirstLibraryOfThisProcessorIsFound() throws MalformedDataException {
    LinkerCache cache = LinkerCache.parse(Recorded.LDCONFIG, "amd64");
    assertThat(cache.find("libcudart.so.12"))
        .contains(Path.of("/usr/local/cuda-12.8/lib64/libcudart.so.12"));
    assertThat(cache.find("libz.so.1")).contains(Path.of("/lib/x86_64-linux-gnu/libz.so.1"));
    assertThat(cache.find("libm.so.6")).contains(Path.of("/lib/x86_64-linux-gnu/libm.so.6"));
    assertThat(cache.find("libcuda.so.1")).isEmpty();
    assertThat(LinkerCache.parse(Recorded.LDCONFIG, "aarch64").find("libcuda.so.1")).isPresent();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "ldconfig: unrecognized option: p",
        "2 libs found in cache `/etc/ld.so.cache'\nlibz.so.1 => /lib/libz.so.1",
        "2 libs found in cache `/etc/ld.so.cache'\n\tlibz.so.1 (libc6,x86-64) => lib/libz.so.1"
      })
  void anotherProgramsAnswerIsRefused(String text) {
    assertThatThrownBy(() -> LinkerCache.parse(text, "amd64"))
        .isInstanceOf(MalformedDataException.class)
        .hasMessageContaining("expected a list of libraries");
  }

  @Provide
  Arbitrary<String> damaged() {
    return Mutations.of(List.of(Recorded.LDCONFIG));
  }

  @Property
  void aDamagedListIsReadOrRefusedAndNothingElse(@ForAll("damaged") String text) {
    try {
      LinkerCache.parse(text, "amd64")
          .find("libm.so.6")
          .ifPresent(path -> assertThat(path).isAbsolute());
    } catch (MalformedDataException e) {
      assertThat(e.getMessage()).hasSizeLessThan(400).doesNotContain("\n");
    }
  }
}
