package io.github.hunyuanvideo.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class SharedObjectTest {

  @TempDir Path folder;

  @Test
  void whatALibraryNeedsIsRead() throws IOException, MalformedDataException {
    Path file =
        FakeLibrary.needing("libcudart.so.12", "libc.so.6")
            .rpath("$ORIGIN:/opt/a")
            .runpath("${ORIGIN}/../lib")
            .write(folder.resolve("liba.so"));
    SharedObject library = SharedObject.read(file);
    assertThat(library.needed()).containsExactly("libcudart.so.12", "libc.so.6");
    assertThat(library.inheritedPath()).containsExactly("$ORIGIN", "/opt/a");
    assertThat(library.ownPath()).containsExactly("${ORIGIN}/../lib");
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void aLibraryOfThisJvmIsRead() throws IOException, MalformedDataException {
    Path real = Path.of(System.getProperty("java.home"), "lib", "libnio.so");
    assertThat(SharedObject.read(real).needed()).contains("libjava.so");
  }

  @Test
  void aTextIsNoLibrary() throws IOException {
    Path text = Files.writeString(folder.resolve("libc.so"), "/* GNU ld script */".repeat(20));
    assertThatThrownBy(() -> SharedObject.read(text))
        .isInstanceOf(MalformedDataException.class)
        .hasMessageContaining("libc.so is no shared library");
  }

  @Test
  void aShortFileIsNoLibraryEither() throws IOException {
    Path empty = Files.createFile(folder.resolve("empty.so"));
    assertThatThrownBy(() -> SharedObject.read(empty))
        .isInstanceOf(MalformedDataException.class)
        .hasMessageContaining("ends before byte 64");
  }

  @Provide
  Arbitrary<byte[]> damaged() {
    return Mutations.of(FakeLibrary.needing("liba.so", "libb.so").rpath("$ORIGIN").bytes());
  }

  @Property
  void aDamagedLibraryIsReadOrRefusedAndNothingElse(@ForAll("damaged") byte[] bytes)
      throws IOException {
    Path file = Files.createTempFile("damaged", ".so");
    try {
      Files.write(file, bytes);
      assertThat(SharedObject.read(file).needed()).hasSizeLessThan(1000);
    } catch (MalformedDataException e) {
      assertThat(e).hasMessageContaining("damaged");
    } finally {
      Files.delete(file);
    }
  }
}
