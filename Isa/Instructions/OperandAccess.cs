using System.Reflection;
using System.Runtime.CompilerServices;

namespace NpuSim.Isa.Instructions;

/// <summary>Reads one operand of one row through its property getter, and boxes values for its constructor.</summary>
internal abstract class OperandAccess
{
    public abstract long Get(Instruction instruction);

    public abstract object Box(long value);

    /// <summary>Access to a property.</summary>
    public static OperandAccess Of(PropertyInfo property) => (OperandAccess)Activator.CreateInstance(
        typeof(Typed<,>).MakeGenericType(property.DeclaringType!, property.PropertyType), property)!;

    // The type tests below are constants to the compiler, one body is left for each operand type.
    private sealed class Typed<TInstruction, TValue>(PropertyInfo property) : OperandAccess
        where TInstruction : Instruction
        where TValue : struct
    {
        private readonly Func<TInstruction, TValue> getter = property.GetMethod!.CreateDelegate<Func<TInstruction, TValue>>();

        public override long Get(Instruction instruction)
        {
            var value = getter(Unsafe.As<TInstruction>(instruction));
            if (typeof(TValue) == typeof(Address))
                return OperandRow.ValueOf(Unsafe.BitCast<TValue, Address>(value));
            if (typeof(TValue) == typeof(float))
                return (uint)BitConverter.SingleToInt32Bits(Unsafe.BitCast<TValue, float>(value));
            if (typeof(TValue) == typeof(int))
                return Unsafe.BitCast<TValue, int>(value);
            if (typeof(TValue) == typeof(uint))
                return Unsafe.BitCast<TValue, uint>(value);
            if (typeof(TValue) == typeof(short))
                return Unsafe.BitCast<TValue, short>(value);
            if (typeof(TValue) == typeof(ushort))
                return Unsafe.BitCast<TValue, ushort>(value);
            if (typeof(TValue) == typeof(sbyte))
                return Unsafe.BitCast<TValue, sbyte>(value);
            return Unsafe.BitCast<TValue, byte>(value); // byte, bool and the enumerations, which are bytes
        }

        public override object Box(long value)
        {
            if (typeof(TValue) == typeof(Address))
                return OperandRow.AddressOf(value);
            if (typeof(TValue) == typeof(float))
                return OperandRow.Real(value);
            if (typeof(TValue) == typeof(int))
                return (int)value;
            if (typeof(TValue) == typeof(uint))
                return (uint)value;
            if (typeof(TValue) == typeof(short))
                return (short)value;
            if (typeof(TValue) == typeof(ushort))
                return (ushort)value;
            if (typeof(TValue) == typeof(sbyte))
                return (sbyte)value;
            return Unsafe.BitCast<byte, TValue>((byte)value);
        }
    }
}
