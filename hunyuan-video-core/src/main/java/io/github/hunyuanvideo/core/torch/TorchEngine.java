package io.github.hunyuanvideo.core.torch;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.IValue;
import io.github.hunyuanvideo.api.ComputeDevice;
import io.github.hunyuanvideo.api.FloatTensor;
import io.github.hunyuanvideo.api.NativeLibraryException;
import io.github.hunyuanvideo.api.OutOfDeviceMemoryException;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * PyTorch, started and checked. Makes tensors, compiles programs, and counts what is open.
 *
 * <pre>{@code
 * try (TorchEngine engine = TorchEngine.start(ComputeDevice.cpu());
 *     Tensor noise = engine.noise().normal(new long[] {1, 16, 5, 12, 16}, 42, ScalarType.FLOAT32)) {
 *   …
 * }
 * }</pre>
 */
public final class TorchEngine implements AutoCloseable {

  private final ComputeDevice device;
  private final LoadedNatives natives;
  private final PtNDManager manager;
  private final Census census = new Census();
  private final Map<Class<?>, Object> programs = new ConcurrentHashMap<>();
  private final TorchProgram tensorProgram;
  private final TensorProgram tensors;
  private final IValue none;

  /** Takes ownership of a manager, and closes it if the engine cannot be made. */
  private TorchEngine(ComputeDevice device, LoadedNatives natives, PtNDManager manager) {
    this.device = device;
    this.natives = natives;
    this.manager = manager;
    boolean whole = false;
    try {
      this.tensorProgram = TorchProgram.load(this, "tensors");
      this.tensors = tensorProgram.as(TensorProgram.class);
      // The bridge has no constructor for None; a function that returns it makes one.
      this.none = tensorProgram.run("none");
      whole = true;
    } finally {
      if (!whole) {
        manager.close();
      }
    }
  }

  /**
   * Starts PyTorch in this JVM, or joins it if an application uses it already, and tests that it
   * has every operator that the library needs.
   *
   * @param device where tensors are made by default
   * @throws NativeLibraryException if natives are missing or do not fit, or see no GPU where one
   *     was asked for; the message says what to add, or which operator is missing
   * @throws OutOfDeviceMemoryException if the device has no memory left even for the test
   */
  public static TorchEngine start(ComputeDevice device) {
    return start(device, SelfTest::run);
  }

  /** Starts with a given test; whatever that throws ends the engine. */
  static TorchEngine start(ComputeDevice device, Consumer<TorchEngine> selfTest) {
    LoadedNatives natives = NativeStart.load();
    NativeStart.requireSeen(device, natives);
    Device djlDevice = device.isGpu() ? Device.gpu(device.index()) : Device.cpu();
    NDManager manager = Engine.getEngine(NativeStart.ENGINE).newBaseManager(djlDevice);
    TorchEngine engine = new TorchEngine(device, natives, (PtNDManager) manager);
    boolean whole = false;
    try {
      selfTest.accept(engine);
      whole = true;
      return engine;
    } finally {
      if (!whole) {
        engine.close();
      }
    }
  }

  /** Where tensors are made by default. */
  public ComputeDevice device() {
    return device;
  }

  /** Which native libraries were loaded, and from where. */
  public LoadedNatives natives() {
    return natives;
  }

  /** Functions on tensors that no model has for its own. */
  public TensorProgram tensors() {
    return tensors;
  }

  /** PyTorch's random numbers. */
  public Noise noise() {
    return new Noise(this);
  }

  /**
   * The program that an interface with {@link ProgramSource} stands for; compiled when it is first
   * asked for.
   *
   * @throws NativeLibraryException if the natives lack an operator that it uses
   * @throws IllegalStateException if the interface and the program do not agree
   * @throws IllegalArgumentException if it names no program
   */
  public <P> P program(Class<P> contract) {
    ProgramSource source = contract.getAnnotation(ProgramSource.class);
    if (source == null) {
      throw new IllegalArgumentException(
          contract + " stands for no program; annotate it with @ProgramSource");
    }
    return contract.cast(
        programs.computeIfAbsent(contract, type -> compiled(source.value(), type)));
  }

  private <P> P compiled(String name, Class<P> contract) {
    TorchProgram program = TorchProgram.load(this, name);
    boolean whole = false;
    try {
      P standsForIt = program.as(contract);
      whole = true;
      return standsForIt;
    } finally {
      if (!whole) {
        program.close();
      }
    }
  }

  /** A float32 tensor on this engine's device, with a copy of numbers from the heap. */
  public Tensor tensor(FloatTensor values) {
    ByteBuffer buffer = direct(values.size(), Float.BYTES);
    buffer.asFloatBuffer().put(values.asBuffer());
    return copied(buffer, DataType.FLOAT32, toLongs(values.shape()), device);
  }

  /** A float32 tensor on this engine's device. */
  public Tensor tensor(float[] values, int... shape) {
    return tensor(FloatTensor.of(values, shape));
  }

  /** An int64 tensor of one axis on the host, for indices into tables that stay there. */
  public Tensor hostTensor(long[] values) {
    ByteBuffer buffer = direct(values.length, Long.BYTES);
    buffer.asLongBuffer().put(values);
    return copied(buffer, DataType.INT64, new long[] {values.length}, ComputeDevice.cpu());
  }

  /**
   * Takes over an array that a caller's own stage made, and brings it to this engine's device if it
   * lies on another.
   *
   * @param array float32; belongs to the tensor from here on, and is closed if there is an
   *     exception
   * @param role what the array is, for the message
   * @throws IllegalArgumentException if it is not float32
   * @throws IllegalStateException if this engine is closed
   */
  public Tensor adopt(NDArray array, String role) {
    if (array instanceof PtNDArray torchArray
        && array.getDataType() == DataType.FLOAT32
        && array.getDevice().equals(manager.getDevice())) {
      return new Tensor(this, Tensor.moved(torchArray, manager));
    }
    try (array) {
      return view(array, role);
    }
  }

  /**
   * A tensor with the memory of an array that stays with its owner. An array of another engine, or
   * on another device than this engine's, is copied.
   *
   * @param array float32
   * @param role what the array is, for the message
   * @throws IllegalArgumentException if it is not float32
   */
  public Tensor view(NDArray array, String role) {
    if (array.getDataType() != DataType.FLOAT32) {
      throw new IllegalArgumentException(role + " must be float32, got " + array.getDataType());
    }
    if (array instanceof PtNDArray torchArray) {
      try (IValue argument = IValue.from(torchArray);
          IValue target = IValue.from(device.toString());
          IValue placed = tensorProgram.run("on_device", argument, target)) {
        return adopt(placed);
      }
    }
    int[] shape = Arrays.stream(array.getShape().getShape()).mapToInt(Math::toIntExact).toArray();
    return tensor(FloatTensor.wrap(array.toFloatArray(), shape));
  }

  /** A manager for arrays that callers' own stages make; to be closed by the receiver. */
  public NDManager newManager() {
    return manager.newSubManager();
  }

  /** How many tensors and maps of tensors are open. */
  public long openTensors() {
    return census.open();
  }

  /** Releases the programs and whatever is still open. */
  @Override
  public void close() {
    if (manager.isOpen()) {
      none.close();
      manager.close();
    }
  }

  PtNDManager manager() {
    return manager;
  }

  Census census() {
    return census;
  }

  IValue none() {
    return none;
  }

  String libraryDescription() {
    return natives.toString();
  }

  Tensor adopt(IValue value) {
    return new Tensor(this, value.toTensor(manager));
  }

  /** Makes a tensor of each value, or of none; closes the values. */
  List<Tensor> adoptAll(IValue[] values) {
    List<Tensor> adopted = new ArrayList<>(values.length);
    boolean whole = false;
    try {
      for (IValue value : values) {
        adopted.add(adopt(value));
      }
      whole = true;
      return adopted;
    } finally {
      Arrays.stream(values).forEach(IValue::close);
      if (!whole) {
        adopted.forEach(Tensor::close);
      }
    }
  }

  /**
   * Copies a buffer into memory of the engine, so that no tensor depends on memory that Java
   * collects.
   */
  private Tensor copied(ByteBuffer buffer, DataType type, long[] shape, ComputeDevice target) {
    try (Tensor borrowed = borrowed(buffer, type, shape)) {
      return tensors.copy(borrowed, target.toString());
    } finally {
      Reference.reachabilityFence(buffer);
    }
  }

  /** On a GPU this is a copy already, which may find no room. */
  private Tensor borrowed(ByteBuffer buffer, DataType type, long[] shape) {
    try {
      return new Tensor(this, manager.create(buffer, new Shape(shape), type));
    } catch (EngineException e) {
      throw EngineFailure.of("a copy of " + buffer.capacity() + " bytes", device, e);
    }
  }

  private static ByteBuffer direct(int elements, int size) {
    return ByteBuffer.allocateDirect(Math.multiplyExact(elements, size))
        .order(ByteOrder.nativeOrder());
  }

  private static long[] toLongs(int[] shape) {
    return Arrays.stream(shape).asLongStream().toArray();
  }
}
