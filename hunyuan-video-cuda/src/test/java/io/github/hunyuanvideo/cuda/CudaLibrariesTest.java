package io.github.hunyuanvideo.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@DisabledOnOs(value = OS.WINDOWS, disabledReason = "the libraries are those of Linux")
class CudaLibrariesTest {

  private static final CudaVersion CUDA = new CudaVersion(12, 8);

  @TempDir Path root;

  private Path natives;
  private FakeHost host;

  @BeforeEach
  void driverOnly() throws IOException {
    natives = root.resolve("libtorch/lib");
    Path driver = FakeLibrary.needing().write(root.resolve("driver/libcuda.so.1"));
    host = new FakeHost(root).ldconfig("\tlibcuda.so.1 (libc6,x86-64) => %s\n".formatted(driver));
  }

  @Test
  void aLibtorchThatBringsAllIsComplete() throws IOException {
    libtorch("libc10_cuda.so", "libcudart-c3a75b33.so.12", "libcublas.so.12");
    library("libc10_cuda.so");
    library("libcudart-c3a75b33.so.12");
    library("libcublas.so.12", "libcublasLt.so.12");
    library("libcublasLt.so.12");
    assertThat(obstacles()).isEmpty();
    assertThat(texts().get(0))
        .contains("libcublas.so.12, libcublasLt.so.12, libcudart-c3a75b33.so.12 in " + natives)
        .contains("libcuda.so.1 in " + root.resolve("driver"));
  }

  @Test
  void eachMissingLibraryIsNamedWithTheOneThatNeedsIt() throws IOException {
    libtorch("libcudnn.so.9", "libcublas.so.12");
    library("libcublas.so.12", "libcublasLt.so.12");
    assertThat(obstacles())
        .singleElement()
        .asString()
        .contains("libcublasLt.so.12 (libcublas.so.12 needs it)")
        .contains("libcudnn.so.9 (libtorch_cuda.so needs it)")
        .contains("LD_LIBRARY_PATH");
  }

  @Test
  void librariesBesideTheOneThatNeedsThemAreFoundAsTheLoaderFindsThem() throws IOException {
    Path nvidia = root.resolve("nvidia");
    FakeLibrary.needing("libcublas.so.12", "libcusparse.so.12")
        .rpath("$ORIGIN/../../nvidia/cublas:$ORIGIN/../../nvidia/cusparse:$ORIGIN/../../nvidia/jit")
        .write(natives.resolve("libtorch_cuda.so"));
    FakeLibrary.needing("libcublasLt.so.12")
        .runpath("$ORIGIN")
        .write(nvidia.resolve("cublas/libcublas.so.12"));
    FakeLibrary.needing().write(nvidia.resolve("cublas/libcublasLt.so.12"));
    // Has no folders of its own, and so looks in those of libtorch.
    FakeLibrary.needing("libnvJitLink.so.12").write(nvidia.resolve("cusparse/libcusparse.so.12"));
    FakeLibrary.needing().write(nvidia.resolve("jit/libnvJitLink.so.12"));
    assertThat(obstacles()).isEmpty();
  }

  @Test
  void aLibraryWithFoldersOfItsOwnDoesNotLookInThoseOfLibtorch() throws IOException {
    FakeLibrary.needing("libcublas.so.12")
        .rpath("$ORIGIN/../cublas:$ORIGIN/../lt")
        .write(natives.resolve("libtorch_cuda.so"));
    FakeLibrary.needing("libcublasLt.so.12")
        .runpath("$ORIGIN")
        .write(root.resolve("libtorch/cublas/libcublas.so.12"));
    FakeLibrary.needing().write(root.resolve("libtorch/lt/libcublasLt.so.12"));
    assertThat(obstacles()).singleElement().asString().contains("libcublasLt.so.12");
  }

  @Test
  void aFolderOfLinksCountsAsItsTargets() throws IOException {
    Path real = root.resolve("real/libtorch_cuda.so");
    FakeLibrary.needing("libcudart.so.12").rpath("$ORIGIN").write(real);
    FakeLibrary.needing().write(root.resolve("real/libcudart.so.12"));
    Files.createDirectories(natives);
    Files.createSymbolicLink(natives.resolve("libtorch_cuda.so"), real);
    assertThat(obstacles()).isEmpty();
  }

  @Test
  void foldersOfTheEnvironmentCount() throws IOException {
    libtorch("libcudnn.so.9");
    FakeLibrary.needing().write(root.resolve("cudnn/libcudnn.so.9"));
    host.variable("LD_LIBRARY_PATH", FakeHost.folders(root.resolve("none"), root.resolve("cudnn")));
    assertThat(obstacles()).isEmpty();
  }

  @Test
  void withoutTheLoadersListNothingIsCalledMissingForSure() throws IOException {
    libtorch("libcudnn.so.9");
    host = new FakeHost(root.resolve("elsewhere"));
    assertThat(obstacles()).isEmpty();
    assertThat(texts()).anyMatch(text -> text.contains("libcudnn.so.9") && text.contains("may be"));
  }

  @Test
  void aDriverWithoutItsLibraryForProgramsIsNoDriver() throws IOException {
    libtorch();
    host.ldconfig("");
    assertThat(obstacles())
        .singleElement()
        .asString()
        .contains("libcuda.so.1", "NVIDIA_DRIVER_CAPABILITIES");
    assertThat(Finding.obstacles(libraries().findings(CUDA, false)))
        .as("the missing driver is named elsewhere")
        .isEmpty();
  }

  @Test
  void anOldCublasIsWarnedOf() throws IOException {
    libtorch("libcublas.so.12");
    FakeLibrary.needing().write(natives.resolve("libcublas.so.12.1.3.1"));
    Path link = natives.resolve("libcublas.so.12");
    Files.createSymbolicLink(link, Path.of("libcublas.so.12.1.3.1"));
    assertThat(texts())
        .anyMatch(text -> text.contains("12.1.3.1") && text.contains("floating point exception"));
    Files.delete(link);
    FakeLibrary.needing().write(natives.resolve("libcublas.so.12.8.4.1"));
    Files.createSymbolicLink(link, Path.of("libcublas.so.12.8.4.1"));
    assertThat(texts()).contains("cuBLAS is 12.8.4.1.");
  }

  @Test
  void aFlavourThatIsNotTheLibrariesOwnIsWarnedOf() throws IOException {
    libtorch("libcudart.so.13");
    library("libcudart.so.13");
    assertThat(texts())
        .anyMatch(text -> text.contains("says CUDA 12.8") && text.contains("CUDA 13"));
  }

  @Test
  void aFolderWithoutLibtorchForCudaIsNamed() throws IOException {
    Files.createDirectories(natives);
    assertThat(obstacles())
        .singleElement()
        .asString()
        .contains("no libtorch_cuda.so in " + natives);
  }

  private void libtorch(String... needed) throws IOException {
    library("libtorch_cuda.so", needed);
  }

  private void library(String name, String... needed) throws IOException {
    FakeLibrary.needing(needed).write(natives.resolve(name));
  }

  private CudaLibraries libraries() {
    return CudaLibraries.of(host.host(), natives);
  }

  private List<String> texts() {
    return libraries().findings(CUDA, true).stream().map(Finding::text).toList();
  }

  private List<String> obstacles() {
    return Finding.obstacles(libraries().findings(CUDA, true));
  }
}
